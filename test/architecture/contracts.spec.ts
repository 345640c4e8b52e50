/**
 * Every adapter passes the contract suite of its port: a folder within a port's folder holds an
 * adapter, and some spec of that folder calls the suite that lies beside the port.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const INFRA = resolve(import.meta.dirname, '../../libs/infra');

const foldersIn = (path: string): readonly string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
const filesIn = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' });
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');

interface Adapter {
  readonly port: string;
  readonly adapter: string;
}

/** The parts of a contract suite lie in a folder of their own, which is no adapter. */
function adaptersIn(infra: string): readonly Adapter[] {
  return foldersIn(infra).flatMap((area) =>
    filesIn(join(infra, area))
      .filter((file) => /^[\w-]+\.port\.ts$/.test(file))
      .flatMap((file) =>
        foldersIn(join(infra, area))
          .filter((folder) => folder !== 'contract')
          .map((folder) => ({ port: join(area, file), adapter: join(area, folder) })),
      ),
  );
}

/** @returns what is missing; undefined where the adapter calls its suite */
function lacking(infra: string, { port, adapter }: Adapter): string | undefined {
  const contract = join(infra, port.replace(/\.port\.ts$/, '.contract.ts'));
  if (!existsSync(contract)) return `${port} has no contract suite`;
  const [, suite] =
    /export function (\w+Contract)\b/.exec(withoutComments(readFileSync(contract, 'utf8'))) ?? [];
  if (!suite) return `${contract} exports no suite`;
  const called = filesIn(join(infra, adapter))
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => withoutComments(readFileSync(join(infra, adapter, file), 'utf8')))
    .some((text) => new RegExp(`^[^\\n]*(?<!\\w)${suite}\\(`, 'm').test(text));
  return called ? undefined : `no spec of ${adapter} calls ${suite}`;
}

describe('an adapter', () => {
  const adapters = adaptersIn(INFRA);

  it('is in the folder of its port', () => {
    expect(adapters.map(({ adapter }) => adapter)).toEqual(
      expect.arrayContaining(['event-store/sqlite', 'read-store/sqlite', 'vault/sqlite']),
    );
  });

  it.each(adapters)('$adapter calls the contract suite of $port', (adapter) => {
    expect(lacking(INFRA, adapter)).toBeUndefined();
  });
});

describe('an adapter that calls no suite', () => {
  let infra: string;
  beforeEach(() => (infra = mkdtempSync(join(tmpdir(), 'casetrail-contracts-'))));
  afterEach(() => rmSync(infra, { recursive: true }));

  function faultsOf(files: Readonly<Record<string, string>>): readonly (string | undefined)[] {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(infra, file)), { recursive: true });
      writeFileSync(join(infra, file), text);
    }
    return adaptersIn(infra).map((adapter) => lacking(infra, adapter));
  }

  const port = { 'box/box.port.ts': 'export interface Box {}\n' };
  const contract = { 'box/box.contract.ts': 'export function boxContract(): void {}\n' };
  const adapter = { 'box/tin/tin-box.ts': 'export class TinBox {}\n' };

  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['has no spec', { ...port, ...contract, ...adapter }, 'no spec of box/tin calls boxContract'],
    [
      'has specs that do without',
      { ...port, ...contract, ...adapter, 'box/tin/tin-box.spec.ts': 'it("is tin", () => {});\n' },
      'no spec of box/tin calls boxContract',
    ],
    [
      'only speaks of it',
      { ...port, ...contract, ...adapter, 'box/tin/tin-box.spec.ts': '// boxContract()\n' },
      'no spec of box/tin calls boxContract',
    ],
    [
      'has a port without a suite',
      { ...port, ...adapter },
      'box/box.port.ts has no contract suite',
    ],
    [
      'calls it',
      { ...port, ...contract, ...adapter, 'box/tin/tin-box.spec.ts': 'boxContract();\n' },
      undefined,
    ],
  ])('is told from one that does: it %s', (_what, files, fault) => {
    expect(faultsOf(files)).toEqual([fault]);
  });
});
