/** What a run comes to. */
import { type Request } from './log-checker.testkit.ts';

type Counts = Map<string, number>;

export class Tally {
  /** By where. */
  readonly kills: Counts = new Map();
  /** Acknowledged, by kind. */
  readonly commands: Counts = new Map();
  /** By kind and code. */
  readonly refused: Counts = new Map();
  requests = 0;
  events = 0;
  viewChecks = 0;
  /** The damages that the checker has named, each on a copy of what was there at the end. */
  controls: readonly string[] = [];

  killed(where: string): void {
    count(this.kills, where);
  }

  /** A life came to its end, with so many events. */
  over(events: number, requests: readonly Request[]): void {
    this.events += events;
    this.requests += requests.length;
    this.viewChecks += 1;
    for (const { path, answers } of requests) {
      const [answer] = answers;
      if (!answer) continue;
      if (answer.status < 300) count(this.commands, kindOf(path));
      else count(this.refused, `${kindOf(path)}: ${answer.code}`);
    }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Without whom or what it is about. */
export function kindOf(path: string): string {
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replace(/\/(reviews)\/\d+/, '/$1/:n')
    .replace(/\/(staff|reviewers|policies|materials)\/[^/]+/, '/$1/:it');
}
