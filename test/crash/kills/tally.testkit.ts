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
  /** Actions of processes whose effects were looked for in the log, by process. */
  readonly demanded: Counts = new Map();
  /** Where a server was ended by somebody else, and its life went on with the next: no kill of the run. */
  readonly interruptions: string[] = [];
  /** The damages that the checker has named, each on a copy of what was there at the end. */
  controls: readonly string[] = [];

  /** How many there were. */
  get done(): number {
    return [...this.kills.values()].reduce((all, times) => all + times, 0);
  }

  killed(where: string): void {
    count(this.kills, where);
  }

  endedFromOutside(where: string): void {
    this.interruptions.push(where);
  }

  /** A life came to its end, with so many events, and so many actions of processes that follow from them. */
  over(events: number, requests: readonly Request[], demanded: ReadonlyMap<string, number>): void {
    this.events += events;
    for (const [process, actions] of demanded) count(this.demanded, process, actions);
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

function count(counts: Counts, name: string, times = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + times);
}

/** Without whom or what it is about. */
export function kindOf(path: string): string {
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replace(/\/(reviews)\/\d+/, '/$1/:n')
    .replace(/\/(staff|reviewers|policies|materials)\/[^/]+/, '/$1/:it');
}
