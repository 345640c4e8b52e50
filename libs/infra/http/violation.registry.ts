/**
 * The violation catalogues of all modules, given at composition. A code means one thing on the whole
 * server, so two catalogues that say different things by one code fail the boot.
 */
import {
  type Violation,
  type ViolationCatalogue,
  type ViolationKind,
  type ViolationSpec,
} from '#kernel/violation';
import { type Locale } from './locale.ts';
import { type ProblemSpec, type TechnicalCode, TECHNICAL_PROBLEMS } from './problem.catalogue.ts';

/** Title and status of a violation are those of its kind, and the action where its catalogue names none. */
const CODE_OF_KIND = {
  state: 'state-conflict',
  forbidden: 'forbidden',
  form: 'rule-broken',
  missing: 'not-found-here',
} as const satisfies Record<ViolationKind, TechnicalCode>;

export class ViolationRegistry {
  readonly #specs = new Map<string, ViolationSpec>();

  /** @throws RangeError when a code is taken: by another catalogue with another meaning, or by a technical problem. */
  constructor(catalogues: Iterable<ViolationCatalogue> = []) {
    for (const catalogue of catalogues) {
      for (const [code, spec] of Object.entries(catalogue)) this.#add(code, spec);
    }
  }

  #add(code: string, spec: ViolationSpec): void {
    if (Object.hasOwn(TECHNICAL_PROBLEMS, code))
      throw new RangeError(`Violation code ${code} is taken by a technical problem.`);
    const known = this.#specs.get(code);
    if (known && (known.kind !== spec.kind || known.en !== spec.en || known.zhCN !== spec.zhCN))
      throw new RangeError(`Violation code ${code} is declared twice, with different meanings.`);
    this.#specs.set(code, spec);
  }

  get codes(): readonly string[] {
    return [...this.#specs.keys()].sort();
  }

  /** The problem that a violation is told as. The kind that it carries decides, as the decider meant it. */
  specOf(violation: Violation): ProblemSpec {
    const common = TECHNICAL_PROBLEMS[CODE_OF_KIND[violation.kind]];
    const own = this.#specs.get(violation.code);
    if (!own) return common;
    const texts = (locale: Locale, detail: string, action: string | undefined) => {
      const words = common.texts[locale];
      return { ...words, detail, action: action ?? words.action };
    };
    return {
      status: common.status,
      texts: {
        en: texts('en', own.en, own.action?.en),
        'zh-CN': texts('zh-CN', own.zhCN, own.action?.zhCN),
      },
    };
  }
}
