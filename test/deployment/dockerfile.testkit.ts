/** A Dockerfile as a list of instructions by stage: as much of the syntax as ours uses. */
import { readFileSync } from 'node:fs';

export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

export interface Dockerfile {
  /** Of the arguments before the first stage. */
  readonly defaults: ReadonlyMap<string, string>;
  readonly stages: readonly Stage[];
}

export function readDockerfile(path: URL): Dockerfile {
  const defaults = new Map<string, string>();
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  const text = readFileSync(path, 'utf8').replace(/^\s*#.*\n/gm, '');
  for (const [, word = '', rest = ''] of text
    .replace(/\\\n/g, ' ')
    .matchAll(/^([A-Z]+)\s+(.*)$/gm)) {
    if (word === 'FROM') {
      const [, base = '', name = ''] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
      stages.push({ name, base, instructions: [] });
    } else if (stages.length === 0) {
      const [name = '', value = ''] = rest.split('=');
      defaults.set(name, value);
    } else stages.at(-1)!.instructions.push({ word, rest });
  }
  return { defaults, stages };
}

export const restsOf = ({ instructions }: Stage, wanted: string): readonly string[] =>
  instructions.filter(({ word }) => word === wanted).map(({ rest }) => rest);

/** What a stage takes from the checkout, not from other stages. */
export const copiedFromCheckout = (stage: Stage): readonly string[] =>
  restsOf(stage, 'COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(/\s+/).slice(0, -1));

export const environmentOf = (stage: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    restsOf(stage, 'ENV')
      .flatMap((rest) => rest.split(/\s+/))
      .map((pair) => pair.split('=') as [string, string]),
  );
