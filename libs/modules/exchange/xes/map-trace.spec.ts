import { TraceMapper, type EventOutcome } from './map-trace.ts';
import { parseMapping } from './mapping.ts';
import { logXml, readAll, steps, traceXml, type EventSpec, type Step } from './xes.testkit.ts';

const queues = { Check: 'checking', Look: 'looking' };

function mapperOf(rules: unknown[], caseIdFrom = 'trace-name') {
  const settings = {
    platform: 'demo',
    policy: { key: 'loan', label: '1' },
    caseIdFrom,
    timeZone: 'UTC',
    queues,
  };
  return new TraceMapper(parseMapping({ mappingVersion: 1, settings, rules }, 'm.json'));
}

const reasons = ['information-not-confirmed'];
const RULES = [
  { activity: 'Submit', as: 'case-opened+submitted' },
  { activity: 'Screen', as: 'screening-completed' },
  { activity: ['Check', 'Look'], transition: 'schedule', as: 'review-requested' },
  { activity: ['Check', 'Look'], transition: 'start', as: 'review-claimed' },
  { activity: ['Check', 'Look'], transition: 'complete', as: 'review-released' },
  { activity: 'Ask', as: 'supplement-requested' },
  { activity: 'Answer', as: 'supplemented' },
  { activity: 'Fraud', as: 'escalated' },
  { activity: 'Yes', as: 'approved' },
  { activity: 'No', as: 'rejected', with: { reasons } },
  { activity: 'Not yet', as: 'rejected', with: { reasons, resubmittable: true } },
  { activity: 'Again', as: 'submitted' },
  { activity: 'Never mind', as: 'withdrawn' },
  { activity: 'Letter', as: 'history' },
];

const worded = (outcome: EventOutcome): string => {
  if (outcome.kind === 'meant') return outcome.meanings.join('+');
  return outcome.kind === 'history' ? `history: ${outcome.cause}` : `refused: ${outcome.reason}`;
};

async function map(events: readonly EventSpec[], rules: unknown[] = RULES) {
  const { traces } = await readAll(logXml(traceXml('case 1', events)));
  const mapped = mapperOf(rules).map(traces[0]!);
  return { ...mapped, words: mapped.outcomes.map(worded) };
}

describe('mapping a trace: the life of a case', () => {
  it('follows a case from submission to approval', async () => {
    const { words, final } = await map(
      steps(
        'Submit',
        'Screen',
        ['Check', 'SCHEDULE'],
        ['Check', 'START', 'ada'],
        ['Check', 'COMPLETE', 'ada'],
        ['Check', 'START', 'bo'],
        'Ask',
        'Answer',
        'Screen',
        ['Look', 'SCHEDULE'],
        ['Look', 'START', 'bo'],
        'Fraud',
        'Yes',
      ),
    );
    expect(words).toEqual([
      'case-opened+submitted',
      'screening-completed',
      'review-requested',
      'review-claimed',
      'review-released',
      'review-claimed',
      'supplement-requested',
      'supplemented',
      'screening-completed',
      'review-requested',
      'review-claimed',
      'escalated',
      'approved',
    ]);
    expect(final).toMatchObject({ status: 'approved', round: 2 });
  });

  it('keeps one review open at a time: the next one ends it, and its own end is history', async () => {
    const { words } = await map(
      steps(
        'Submit',
        ['Check', 'SCHEDULE'],
        ['Check', 'START'],
        ['Check', 'SCHEDULE'],
        ['Look', 'SCHEDULE'],
        ['Check', 'COMPLETE'],
        ['Look', 'COMPLETE'],
        ['Look', 'START'],
        ['Look', 'START'],
      ),
    );
    expect(words.slice(3)).toEqual([
      'history: state-forbids',
      'review-requested',
      'history: state-forbids',
      'history: state-forbids',
      'review-claimed',
      'history: state-forbids',
    ]);
  });

  it.each([['Yes'], ['No'], ['Never mind']])(
    'makes history of what comes after %s',
    async (end) => {
      const after = steps(
        'Submit',
        end,
        'Yes',
        'No',
        'Ask',
        'Again',
        ['Check', 'START'],
        'Letter',
        '?',
      );
      const { words } = await map(after);
      expect(words.slice(2)).toEqual([
        ...Array.from({ length: 5 }, () => 'history: case-decided'),
        'history: by-rule',
        'history: no-rule',
      ]);
    },
  );

  it('lets a resubmittable rejection be followed by the next round', async () => {
    const { words, final } = await map(steps('Submit', 'Not yet', 'Again', 'Submit', 'Yes'));
    expect(words).toEqual([
      'case-opened+submitted',
      'rejected',
      'submitted',
      'history: state-forbids',
      'approved',
    ]);
    expect(final.round).toBe(2);
  });

  it('lets only who holds a review pass it on', async () => {
    const { words, final } = await map(
      steps('Submit', 'Fraud', ['Check', 'SCHEDULE'], 'Fraud', ['Check', 'START'], 'Fraud'),
    );
    expect(words).toEqual([
      'case-opened+submitted',
      'history: state-forbids',
      'review-requested',
      'history: state-forbids',
      'review-claimed',
      'escalated',
    ]);
    expect(final).toMatchObject({ status: 'waiting', review: 'Check' });
  });

  it('asks for a supplement once, and takes none that nobody asked for', async () => {
    const { words } = await map(steps('Submit', 'Answer', 'Ask', 'Ask', 'Answer', 'Answer'));
    expect(words.slice(1)).toEqual([
      'history: state-forbids',
      'supplement-requested',
      'history: state-forbids',
      'supplemented',
      'history: state-forbids',
    ]);
  });

  it('refuses what comes before there is a case, history too', async () => {
    const { words } = await map(steps('Letter', '?', 'Yes', 'Submit'));
    expect(words).toEqual([
      'refused: case-not-opened',
      'refused: case-not-opened',
      'refused: case-not-opened',
      'case-opened+submitted',
    ]);
  });
});

describe('mapping a trace: rules and guards', () => {
  const submit = RULES[0];
  const guarded = (when: object) => [submit, { activity: 'X', when, refuse: 'held' }];
  const heldAt = async (when: object, ...events: Step[]) =>
    (await map(steps(...events), [...guarded(when), ...RULES])).words.flatMap((word, index) =>
      word === 'refused: held' ? [index] : [],
    );

  it.each<[string, object, Step[], number[]]>([
    ['status', { status: 'approved' }, ['Submit', 'X', 'Yes', 'X'], [3]],
    ['review none', { review: 'none' }, ['Submit', 'X', ['Check', 'SCHEDULE'], 'X'], [1]],
    ['review other', { review: 'other' }, ['Submit', 'X', ['Check', 'SCHEDULE'], 'X'], [3]],
    ['supplement', { supplement: 'outstanding' }, ['Submit', 'X', 'Ask', 'X', 'Answer', 'X'], [3]],
    ['no supplement', { supplement: 'none' }, ['Submit', 'X', 'Ask', 'X', 'Answer', 'X'], [1, 5]],
    ['last', { position: 'last' }, ['Submit', 'X', 'X'], [2]],
    ['first', { position: 'first' }, ['X', 'Submit', 'X'], [0]],
    ['after', { after: { activity: 'Ask' } }, ['Submit', 'X', 'Ask', 'X'], [3]],
    [
      'after a transition',
      { after: [{ activity: 'Check', transition: 'start' }] },
      ['Submit', ['Check', 'SCHEDULE'], 'X', ['Check', 'START'], 'X'],
      [4],
    ],
    ['not after', { notAfter: { activity: 'Ask' } }, ['Submit', 'X', 'Ask', 'X'], [1]],
    ['named', { resource: 'named' }, ['Submit', 'X', ['X', 'COMPLETE', 'ada']], [2]],
    ['unnamed', { resource: 'unnamed' }, ['Submit', 'X', ['X', 'COMPLETE', 'ada']], [1]],
    [
      'one of',
      { resource: { oneOf: ['ada'] } },
      ['Submit', 'X', ['X', 'COMPLETE', 'bo'], ['X', 'COMPLETE', 'ada']],
      [3],
    ],
    [
      'all of several',
      { status: 'screening', resource: 'named' },
      ['Submit', 'X', ['X', 'COMPLETE', 'bo'], 'Yes', ['X', 'COMPLETE', 'bo']],
      [2],
    ],
  ])('holds by %s', async (_, when, events, expected) => {
    expect(await heldAt(when, ...events)).toEqual(expected);
  });

  it('tries rules from the top and passes to the next where the state does not permit one', async () => {
    const rules = [
      submit,
      { activity: 'Check', as: 'review-claimed' },
      { activity: 'Check', as: 'review-requested+review-claimed', with: { level: 'second' } },
    ];
    const { words, outcomes } = await map(steps('Submit', 'Check', 'Check'), rules);
    expect(words.slice(1)).toEqual(['review-requested+review-claimed', 'history: state-forbids']);
    expect(outcomes[1]).toMatchObject({
      kind: 'meant',
      details: { level: 'second', queue: 'checking' },
      before: { status: 'screening' },
      after: { status: 'in-review' },
    });
  });

  it("gives a rule's own queue before that of the settings", async () => {
    const own = { activity: 'Look', as: 'review-requested', with: { queue: 'own' } };
    const { outcomes } = await map(steps('Submit', 'Look'), [submit, own]);
    expect(outcomes[1]).toMatchObject({ details: { queue: 'own' } });
  });

  it('compares transitions without regard to case, and fits one that is missing to no named one', async () => {
    const rules = [submit, { activity: 'Check', transition: 'Start', refuse: 'held' }];
    const events = [...steps('Submit', ['Check', 'START']), ...steps(['Check', undefined])];
    events[2]!.transition = undefined;
    expect((await map(events, rules)).words.slice(1)).toEqual([
      'refused: held',
      'history: no-rule',
    ]);
  });
});

describe('mapping a trace: one outcome for every event', () => {
  it('takes the events that the reader refused along, in their places', async () => {
    const events = steps('Submit', 'Letter', 'Yes');
    events[1]!.at = 'never';
    const { words } = await map(events);
    expect(words).toEqual(['case-opened+submitted', 'refused: timestamp-invalid', 'approved']);
  });

  it.each([
    [
      'trace-name',
      ['case-opened+submitted', 'refused: trace-name-repeated', 'refused: trace-name-missing'],
    ],
    ['trace-index', ['case-opened+submitted', 'case-opened+submitted', 'case-opened+submitted']],
  ])(
    'by %s, treats traces without a name of their own as it says',
    async (caseIdFrom, expected) => {
      const submit = steps('Submit');
      const log = logXml(traceXml('a', submit), traceXml('a', submit), traceXml(undefined, submit));
      const mapper = mapperOf(RULES, caseIdFrom);
      const { traces } = await readAll(log);
      expect(traces.flatMap((trace) => mapper.map(trace).outcomes.map(worded))).toEqual(expected);
    },
  );
});
