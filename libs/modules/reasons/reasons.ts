/** Looking reasons up, and wording them for whoever reads. */
import { REASONS_BY_FAMILY, REASON_CATALOGUE_VERSION } from './reason.catalogue.ts';
import {
  REASON_FAMILIES,
  type Audience,
  type Locale,
  type ReasonEntry,
  type ReasonFamily,
} from './reason.types.ts';

export interface CataloguedReason extends ReasonEntry {
  readonly code: string;
  readonly family: ReasonFamily;
}

export interface RenderedReason {
  readonly code: string;
  readonly family: ReasonFamily;
  readonly text: string;
  /** Steps in the order in which they are to be taken. */
  readonly guidance: readonly string[];
  readonly mendable: boolean;
}

const BY_CODE: ReadonlyMap<string, CataloguedReason> = new Map(
  REASON_FAMILIES.flatMap((family) =>
    Object.entries<ReasonEntry>(REASONS_BY_FAMILY[family]).map(
      ([code, entry]) => [code, { ...entry, code, family }] as const,
    ),
  ),
);

/** A code that this build does not know (of a newer one) is told as this. */
const UNKNOWN_CODE = 'information-not-confirmed';

export const allReasons = (): readonly CataloguedReason[] => [...BY_CODE.values()];

export function findReason(code: string): CataloguedReason | undefined {
  return BY_CODE.get(code);
}

/** The code as its applicant may know it: itself, or the neutral one that stands in for it. */
export function reasonForApplicant(code: string): string {
  const reason = BY_CODE.get(code);
  return reason ? (reason.neutral ?? code) : UNKNOWN_CODE;
}

/** For applicants the neutral reason is rendered, also when the caller passes the true code. */
export function renderReason(code: string, locale: Locale, audience: Audience): RenderedReason {
  const shown = audience === 'applicant' ? reasonForApplicant(code) : code;
  const reason = BY_CODE.get(shown) ?? BY_CODE.get(UNKNOWN_CODE)!;
  return {
    code: reason.code,
    family: reason.family,
    text: reason[audience][locale],
    guidance: reason.guidance[locale],
    mendable: reason.mendable,
  };
}

/** The catalogue as a page of the reference. */
export function reasonsMarkdown(): string {
  const lines = [
    '# Reasons',
    '',
    `Generated from the catalogue (version ${REASON_CATALOGUE_VERSION}) by \`npm run docs:gen\`.`,
    '',
  ];
  for (const family of REASON_FAMILIES) {
    lines.push(
      `## ${family}`,
      '',
      '| code | mendable | points at | the applicant is told | zh-CN |',
    );
    lines.push('| --- | --- | --- | --- | --- |');
    for (const [code, entry] of Object.entries<ReasonEntry>(REASONS_BY_FAMILY[family])) {
      const told = entry.neutral ? `as \`${entry.neutral}\`` : entry.applicant.en;
      const { mendable, pointer } = entry;
      lines.push(
        `| \`${code}\` | ${mendable ? 'yes' : 'no'} | ${pointer} | ${told} | ${entry.applicant['zh-CN']} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}
