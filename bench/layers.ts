/**
 * `npm run bench:layers`: what each layer of an approval costs the server's main thread, in microseconds
 * of what a sampling profiler saw there. Each sample belongs to the innermost function on its stack that
 * is of a layer: what SQLite does for a read counts as reading. The server's other threads (the log's
 * writer, the checkpoints of the views, the garbage collector's) are told as CPU of the whole process.
 */
import { join } from 'node:path';
import { freePort } from '../apps/server/src/free-port.testkit.ts';
import { approvalsFor, rateOf } from './approvals.ts';
import { bareDocuments, copyOfViews } from './bare-documents.ts';
import { missingBuild } from './build.ts';
import { Casework } from './casework.ts';
import { startServer } from './child.ts';
import { benchFolder } from './folder.ts';
import { Inspector, type Profile, type ProfileNode } from './inspector.ts';

const REQUESTS = 640;
const ROUNDS = 5;

/** By where a function is written, the most particular first. */
const LAYERS: readonly (readonly [layer: string, where: RegExp])[] = [
  ['views: fold and write', /libs\/infra\/(projector|read-store)\//],
  ['processes and timers', /libs\/infra\/process-runner\/|libs\/processes\//],
  ['read: the log', /event-store\/sqlite\/(log-reader|sqlite-event-store|log-watch)|fold-stream/],
  ['append: encode and hand to the writer', /event-store\/(append-checks|sqlite\/(group|worker))/],
  [
    'decide: rules and their facts',
    /libs\/modules\/.*(\.decide|\.decider|\.state|\.evolve|\.handler)\./,
  ],
  ['authorise: token and standing', /libs\/infra\/auth\/|principal-directory/],
  ['validate: the form of the request', /validation\.pipe|accepted-forms|request-form|etag/],
  ['identify: keyed digests of the request', /idempotency|libs\/infra\/vault\//],
  ['answer: serialise and send', /fastify\/lib\/reply|command-answer|router-response/],
  [
    'parse: HTTP, and its way to the handler',
    /_http_|fastify|find-my-way|@nestjs|libs\/infra\/http/,
  ],
];
const REST = 'everything else';

async function profiled(): Promise<ReadonlyMap<string, number>> {
  const folder = benchFolder();
  const port = await freePort();
  const server = await startServer(folder.path, { NODE_OPTIONS: Inspector.option(port) });
  const inspector = await Inspector.attach(port, server.pid);
  const work = await Casework.on(server);
  const views = join(folder.path, 'data', 'views.sqlite');
  const totals = new Map<string, number>();
  try {
    // The first round warms up, and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      const asks = await approvalsFor(work, REQUESTS, `round-${round}`);
      await server.settled();
      const before = copyOfViews(views, folder.file('before'));
      const cpuBefore = server.cpuMs();
      const profile = await inspector.profile(async () => {
        await rateOf(work.client, asks);
        await server.settled();
      });
      if (round === 0) continue;
      for (const [layer, us] of byLayer(profile)) add(totals, layer, us);
      add(totals, 'CPU', (server.cpuMs() - cpuBefore) * 1_000);
      const after = copyOfViews(views, folder.file('after'));
      const { us, documents } = bareDocuments(before, after, REQUESTS);
      add(totals, 'bare documents', us * REQUESTS);
      add(totals, 'documents', documents * REQUESTS);
    }
  } finally {
    inspector.close();
    work.close();
    await server.stop();
    folder.remove();
  }
  return totals;
}

/** Microseconds of its samples, but for those in which the thread waited. */
function byLayer({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const parents = new Map<number, number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const totals = new Map<string, number>();
  samples.forEach((id, at) => {
    const { functionName } = byId.get(id)!.callFrame;
    if (functionName === '(idle)' || functionName === '(program)') return;
    add(totals, layerOf(id, byId, parents), timeDeltas[at]!);
  });
  return totals;
}

function layerOf(
  leaf: number,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string {
  for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
    const { url, functionName } = byId.get(id)!.callFrame;
    if (functionName === '(garbage collector)') return 'garbage collection';
    const found = LAYERS.find(([, where]) => where.test(url));
    if (found) return found[0];
  }
  return REST;
}

const add = (totals: Map<string, number>, layer: string, us: number): void =>
  void totals.set(layer, (totals.get(layer) ?? 0) + us);

const refusal =
  process.argv.length > 2 ? 'npm run bench:layers takes no arguments.' : missingBuild();
if (refusal !== undefined) {
  console.error(refusal);
  process.exit(2);
}
const totals = await profiled();
const each = (us: number | undefined): string =>
  `${Math.round((us ?? 0) / (ROUNDS * REQUESTS))} µs`.padStart(8);
const layers = [...LAYERS.map(([layer]) => layer), 'garbage collection', REST];
console.log(`An approval, of ${ROUNDS} rounds of ${REQUESTS}, with what follows from it:`);
for (const layer of layers) console.log(`${each(totals.get(layer))}  ${layer}`);
const onMain = layers.reduce((sum, layer) => sum + (totals.get(layer) ?? 0), 0);
console.log(`${each(onMain)}  the main thread in all`);
console.log(`${each(totals.get('CPU'))}  CPU of the process, all its threads`);
const documents = (totals.get('documents') ?? 0) / (ROUNDS * REQUESTS);
console.log(
  `${each(totals.get('bare documents'))}  CPU of writing its ${documents.toFixed(1)} documents bare, in another process`,
);
