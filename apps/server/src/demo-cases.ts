/**
 * The demonstration's cases, one in each state that is worth a look. Each is a story of commands with
 * fixed ids: what was told before is not told again. Nobody's data: the numbers keep every rule of
 * GB 11643 and GB 32100, with dates of birth before 1900 and an organisation that does not exist.
 */
import { type Actor, type StaffRole } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type CaseIntent } from '#modules/cases/case.message';
import { type IncomingMaterial, takeIn } from '#modules/cases/draft/material-intake';
import { type CaseCommand } from '#modules/cases/index';

export interface Story {
  /** Of the applicant, and of the case. */
  readonly principalId: string;
  readonly kind: 'individual' | 'business';
  readonly chapters: readonly Chapter[];
}

export interface Chapter {
  /** Unique in its story, for ever: the command's id derives from it. */
  readonly name: string;
  readonly by: Actor;
  readonly intent: CaseCommand | CaseIntent;
}

const DECLARATION = '2026-01';

/** A picture of one pixel, for documents that nobody needs to look at. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const scan = (name: string) => ({ name, mediaType: 'image/png', content: PIXEL });

const PHONE: IncomingMaterial = {
  material: 'phone',
  fields: { number: '13800138000' },
  files: [],
};
const EMAIL: IncomingMaterial = {
  material: 'email',
  fields: { address: 'applicant@example.com' },
  files: [],
};
const ABOUT_ONESELF: IncomingMaterial = {
  material: 'personal-information',
  fields: { occupation: 'employed', address: '1 Example Road' },
  files: [],
};

function identityDocument(idNumber: string): IncomingMaterial {
  return {
    material: 'identity-document',
    documentType: 'cn-resident-id',
    fields: { name: '张三', 'id-number': idNumber, 'date-of-birth': '1899-12-31' },
    files: [scan('front.png')],
  };
}

const lacksOne = (idNumber: string) => [identityDocument(idNumber), PHONE, EMAIL];
const whole = (idNumber: string) => [...lacksOne(idNumber), ABOUT_ONESELF];

const OF_A_BUSINESS: readonly IncomingMaterial[] = [
  {
    material: 'business-licence',
    fields: {
      name: '示例有限公司',
      'credit-code': '91110101MA000DEM1B',
      'registered-address': '1 Example Road',
      'established-on': '2019-05-06',
    },
    files: [scan('licence.png')],
  },
  {
    material: 'legal-representative',
    documentType: 'cn-resident-id',
    fields: { name: '李四', 'id-number': '110101189912310159' },
    files: [scan('front.png')],
  },
  PHONE,
  EMAIL,
  {
    material: 'financial-statements',
    fields: { 'year-end': '2025-12-31' },
    files: [scan('2025.png')],
  },
  {
    material: 'tax-registration',
    fields: { 'taxpayer-type': 'general' },
    files: [scan('tax.png')],
  },
];

const person = (id: string, role: StaffRole | 'applicant'): Actor => ({ kind: 'person', id, role });
const ROSA = person('rosa', 'reviewer');
const SUN = person('sun', 'senior');

const ILLEGIBLE = [{ code: 'illegible', pointer: { material: 'identity-document' } }];
const ESCALATE: Chapter = {
  name: 'escalation',
  by: ROSA,
  intent: { type: 'EscalateCase', review: 1, cause: 'unclear-rule' },
};
const claim = (by: Actor, name = 'claim'): Chapter => ({
  name,
  by,
  intent: { type: 'ClaimReview', review: 1 },
});
const decided = (name: string, intent: CaseCommand): Chapter[] => [
  claim(ROSA),
  { name, by: ROSA, intent },
];

/**
 * Reviews that wait are for a senior, or for a second approval: the next that rui takes is of whoever
 * tries the demonstration out.
 */
export function stories(now: Instant): readonly Story[] {
  const today = now.slice(0, 10);
  const told = teller(today);
  const submitted = (id: string, number: string, chapters: readonly Chapter[]) =>
    told(id, 'individual', whole(number), true, chapters);
  return [
    submitted('cleo', '110101189912310036', [claim(ROSA), ESCALATE]),
    submitted('dan', '110101189912310052', [claim(ROSA), ESCALATE, claim(SUN, 'second-claim')]),
    submitted('eve', '110101189912310079', decided('approval', { type: 'ApproveCase', review: 1 })),
    submitted(
      'fay',
      '110101189912310095',
      decided('rejection', { type: 'RejectCase', review: 1, final: false, reasons: ILLEGIBLE }),
    ),
    submitted(
      'gil',
      '110101189912310116',
      decided('supplement-request', {
        type: 'RequestSupplement',
        review: 1,
        items: [{ material: 'identity-document', reasons: ILLEGIBLE }],
      }),
    ),
    told('hua', 'business', OF_A_BUSINESS, true, [
      ...decided('proposal', { type: 'ApproveCase', review: 1 }),
    ]),
  ];
}

/** Two drafts: one that was just opened, and one that lacks one material. */
export function drafts(now: Instant): readonly Story[] {
  const told = teller(now.slice(0, 10));
  return [
    told('amy', 'individual', [], false, []),
    told('ben', 'individual', lacksOne('11010118991231001X'), false, []),
  ];
}

function teller(today: string) {
  return (
    principalId: string,
    kind: Story['kind'],
    materials: readonly IncomingMaterial[],
    submitted: boolean,
    chapters: readonly Chapter[],
  ): Story => {
    const by = person(principalId, 'applicant');
    const provided = materials.map((material): Chapter => ({
      name: `material/${material.material}`,
      by,
      intent: async ({ sealer, policy }) => takeIn(material, await policy(), sealer, today),
    }));
    const submission: Chapter = {
      name: 'submission',
      by,
      intent: { type: 'SubmitCase', declarationVersion: DECLARATION },
    };
    return {
      principalId,
      kind,
      chapters: [...provided, ...(submitted ? [submission] : []), ...chapters],
    };
  };
}
