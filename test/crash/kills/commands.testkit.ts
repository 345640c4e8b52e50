/** What the clients have to send between them: every route of the description by which something is done. */
import description from '../../../docs/reference/openapi.json' with { type: 'json' };
import { type Request } from './log-checker.testkit.ts';
import { kindOf } from './tally.testkit.ts';

/** A token is no command. */
const NOT_SENT = /^\/dev\//;
/** Nothing waits for an operator where all goes well: they are told so. */
const FINDS_NOTHING = /^\/v1\/operations\//;
const NIL = '00000000-0000-0000-0000-000000000000';

const KINDS: readonly string[] = Object.entries(description.paths)
  .filter(([path, methods]) => 'post' in methods && !NOT_SENT.test(path))
  .map(([path]) => kindOf(path.replace('{review}', '1').replace(/\{\w+Id\}/g, NIL)));

/** In words, what is yet to be acknowledged; none where all has been. */
export function unmetIn(requests: Iterable<Pick<Request, 'path' | 'answers'>>): string[] {
  const met = new Set<string>();
  for (const { path, answers } of requests) {
    const isMet = answers.some(({ status }) => {
      return status < 300 || (status === 404 && FINDS_NOTHING.test(path));
    });
    if (isMet) met.add(kindOf(path));
  }
  return KINDS.filter((kind) => !met.has(kind)).map(
    (kind) => `nothing was acknowledged of ${kind}`,
  );
}
