/** Small logs of a made-up office, and what they mean. */
import { attribute, eventXml, logXml, type Step, steps } from '#modules/exchange/xes/xes.testkit';

export const MAPPING = {
  mappingVersion: 1,
  settings: {
    platform: 'old-bank',
    policy: { key: 'loan', version: 3, label: 'as it was' },
    caseIdFrom: 'trace-name',
    timeZone: 'UTC',
    queues: { Check: 'checking' },
    systemResources: ['robot'],
  },
  rules: [
    { activity: 'Submit', as: 'case-opened+submitted' },
    { activity: 'Screen', as: 'screening-completed' },
    { activity: 'Check', transition: 'SCHEDULE', as: 'review-requested' },
    { activity: 'Check', transition: 'START', as: 'review-claimed' },
    { activity: 'Check', transition: 'COMPLETE', as: 'review-released' },
    {
      activity: 'Ask',
      as: 'supplement-requested',
      with: { items: ['licence'], reasons: ['material-missing'] },
    },
    { activity: 'Answer', as: 'supplemented' },
    { activity: 'Yes', as: 'approved' },
    { activity: 'No', as: 'rejected', with: { reasons: ['information-not-confirmed'] } },
    { activity: 'Never mind', as: 'withdrawn' },
    { activity: 'Test', refuse: 'test-data' },
  ],
} as const;

/** Events after the deciding one in each. */
export const LIVES: Readonly<Record<string, readonly Step[]>> = {
  approved: [
    ['Submit', 'COMPLETE', 'robot'],
    ['Screen', 'COMPLETE', 'robot'],
    ['Check', 'SCHEDULE'],
    ['Check', 'START', 'ann'],
    ['Ask', 'COMPLETE', 'ann'],
    ['Answer'],
    ['Screen'],
    ['Check', 'SCHEDULE'],
    ['Check', 'START', 'bob'],
    ['Yes', 'COMPLETE', 'bob'],
    ['Check', 'COMPLETE', 'bob'],
    ['Letter', 'COMPLETE', 'ann'],
  ],
  rejected: [
    ['Submit'],
    ['Screen'],
    ['Check', 'SCHEDULE'],
    ['Check', 'START', 'ann'],
    ['No', 'COMPLETE', 'ann'],
    ['Check', 'COMPLETE', 'ann'],
  ],
  withdrawn: [['Submit'], ['Screen'], ['Never mind'], ['Screen'], ['Check', 'SCHEDULE']],
  waiting: [['Submit'], ['Screen'], ['Check', 'SCHEDULE'], ['Test']],
  'in-review': [['Submit'], ['Screen'], ['Check', 'SCHEDULE'], ['Check', 'START']],
};

export function traceXml(name: string, life: readonly Step[], applicant?: string): string {
  return [
    '<trace>',
    attribute('string', 'concept:name', name),
    attribute('string', 'applicant', applicant),
    ...steps(...life).map(eventXml),
    '</trace>',
  ].join('\n');
}

/** Each life so many times. */
export function logOfLives(times: number, label = ''): string {
  const traces = Object.entries(LIVES).flatMap(([name, life]) =>
    Array.from({ length: times }, (_, at) => traceXml(`${label}${name}-${at}`, life)),
  );
  return logXml(...traces);
}
