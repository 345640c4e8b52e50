/** The life of a case over HTTP, from its account to whatever end chance leads it to. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PNG } from '../../e2e/pixel.testkit.ts';
import { DOCUMENT, materialsOf } from '../materials.testkit.ts';
import { type Answer, type Ask, type Client, Refused } from './client.testkit.ts';
import { type Chances } from './random.testkit.ts';

const FILE_BYTES = 5_000;
const LOOK_EVERY_MS = 40;
const LOOKS_MAX = 250;
const DECLARED = { declarationVersion: '2026-01' };
const REASONS = [{ code: 'illegible', pointer: { material: DOCUMENT } }];

let people = 0;
export const fresh = (client: Client): string => `${client.label}-p${people++}`;

function upload(): { form: FormData } {
  const form = new FormData();
  const content = Buffer.concat([PNG, randomBytes(FILE_BYTES)]);
  form.set('file', new Blob([content], { type: 'image/png' }), 'scan.png');
  return { form };
}

/** Looks until it is so. @throws Refused where it does not come to that: somebody led it elsewhere */
export async function until(
  client: Client,
  as: string,
  path: string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body is whatever the route answers
  so: (body: any) => boolean,
): Promise<Answer> {
  let answer = await client.get(as, path);
  for (let looks = 1; !so(answer.body); looks++) {
    if (looks === LOOKS_MAX) throw new Refused(path, answer);
    await sleep(LOOK_EVERY_MS);
    answer = await client.get(as, path);
  }
  return answer;
}

class CaseStory {
  readonly #client: Client;
  readonly #path: string;
  #version: number | undefined;
  review = 1;
  #token: string | undefined;

  constructor(client: Client, caseId: string, version?: number, review = 1) {
    this.#client = client;
    this.#path = `/v1/cases/${caseId}`;
    this.#version = version;
    this.review = review;
  }

  /** A command to the case, on the version that was seen last. @throws Refused */
  async at(as: string, what: string, ask: Ask = {}): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const version = this.#version === undefined ? {} : { version: this.#version };
      try {
        const answer = await this.#client.command(as, `${this.#path}/${what}`, {
          ...ask,
          ...version,
        });
        this.#version = answer.body.version as number;
        this.#token = answer.token ?? undefined;
        return answer;
      } catch (error) {
        const moved = error instanceof Refused && error.answer.body.code === 'version-moved';
        if (!moved || tries === 3) throw error;
        await this.#look(as);
      }
    }
  }

  /** Once more where the policy has moved on beneath the draft, which is told first. @throws Refused */
  async submits(person: string): Promise<void> {
    try {
      await this.at(person, 'submissions', { body: DECLARED });
    } catch (error) {
      const isTold = error instanceof Refused && error.answer.body.code === 'submission-refused';
      if (!isTold) throw error;
      await this.#look(person);
      await this.at(person, 'submissions', { body: DECLARED });
    }
  }

  /** A command to its review. @throws Refused */
  does(as: string, what: string, body?: object): Promise<Answer> {
    return this.at(as, `reviews/${this.review}/${what}`, body && { body });
  }

  async #look(as: string): Promise<void> {
    const { body } = await this.#client.get(as, this.#path, this.#token);
    this.#version = body.version as number;
  }

  /** Until a review waits for somebody. @throws Refused */
  async waits(): Promise<void> {
    const { body } = await until(
      this.#client,
      'lin',
      this.#path,
      ({ status, review }) => status === 'waiting' && !review.snoozedUntil,
    );
    this.#version = body.version as number;
    this.review = body.review.number as number;
  }

  async reveals(as: string): Promise<void> {
    const { body } = await this.#client.get(as, this.#path, this.#token);
    const { caseId, materials } = body as {
      caseId: string;
      materials: { fields: { ref?: string }[] }[];
    };
    const refs = materials.flatMap(({ fields }) => fields.flatMap(({ ref }) => ref ?? []));
    const asked = { caseId, refs: refs.slice(0, 3), purpose: 'review' };
    await this.#client.command(as, '/v1/reveals', { body: asked });
  }
}

/** @throws Refused where nothing waits */
export async function takeNext(client: Client, as: string): Promise<CaseStory> {
  const { body } = await client.command(as, '/v1/queues/next', { body: {} });
  const { caseId, version, review } = body.claimed as {
    caseId: string;
    version: number;
    review: { number: number };
  };
  return new CaseStory(client, caseId, version, review.number);
}

let identities = 0;
const IDENTITIES_EACH = 100_000;

async function provides(story: CaseStory, person: string, client: Client): Promise<void> {
  const unique = client.number * IDENTITIES_EACH + identities++;
  await story.at(person, `materials/${DOCUMENT}/files`, upload());
  for (const [material, body] of Object.entries(materialsOf(unique))) {
    await story.at(person, `materials/${material}`, { body });
  }
}

/** How reviews go on: each leaves the case with `reviewer` again, or where it ends. */
type Move = (
  story: CaseStory,
  person: string,
  reviewer: string,
  chances: Chances,
) => Promise<'held' | 'over'>;

const reviewedAnew = async (story: CaseStory, reviewer: string): Promise<'held'> => {
  await story.waits();
  await story.does(reviewer, 'claim');
  return 'held';
};

const MOVES: readonly Move[] = [
  async (story, _person, reviewer) => {
    const { body } = await story.does(reviewer, 'approval');
    if (body.status === 'approved') {
      await story.at('sun', 'reopening', {
        body: { cause: 'new-evidence', text: 'A letter came.' },
      });
      return 'over';
    }
    const second = reviewer === 'rui' ? 'rosa' : 'rui';
    await reviewedAnew(story, second);
    await story.does(second, 'decline', { reasons: REASONS });
    return 'over';
  },
  async (story, _person, reviewer) => {
    await story.does(reviewer, 'approval');
    return 'over';
  },
  async (story, person, reviewer) => {
    await story.does(reviewer, 'rejection', { final: false, reasons: REASONS });
    await story.at(person, `materials/${DOCUMENT}/files`, upload());
    await story.submits(person);
    return reviewedAnew(story, reviewer);
  },
  async (story, person, reviewer, chances) => {
    await story.does(reviewer, 'rejection', { final: true, reasons: REASONS });
    await story.at(person, 'appeals', { body: { statement: 'It is legible.' } });
    await story.at(person, 'appeals/files', upload());
    await reviewedAnew(story, 'sun');
    if (chances.of(0.5)) await story.does('sun', 'dismissal', { reasons: REASONS });
    else await story.does('sun', 'grant', { outcome: 'approved' });
    return 'over';
  },
  async (story, person, reviewer) => {
    const items = [{ material: DOCUMENT, reasons: REASONS }];
    await story.does(reviewer, 'supplement-request', { items });
    await story.at(person, `materials/${DOCUMENT}/files`, upload());
    await story.at(person, 'supplements', { body: DECLARED });
    return reviewedAnew(story, reviewer);
  },
  async (story, _person, reviewer) => {
    await story.does(reviewer, 'escalation', { cause: 'unclear-rule', text: 'Which of the two?' });
    await reviewedAnew(story, 'sun');
    await story.does('sun', 'approval');
    return 'over';
  },
  async (story, _person, reviewer) => {
    const until = new Date(Date.now() + 1_200).toISOString();
    await story.does(reviewer, 'snooze', { until, cause: 'needs-expert' });
    return reviewedAnew(story, reviewer);
  },
  async (story, _person, reviewer) => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await story.does(reviewer, 'snooze', { until, cause: 'needs-expert' });
    await story.does('lin', 'wake');
    await story.does(reviewer, 'claim');
    return 'held';
  },
  async (story, _person, reviewer) => {
    await story.at(reviewer, 'notes', { body: { text: 'Called back.' } });
    await story.reveals(reviewer);
    const other = reviewer === 'rui' ? 'rosa' : 'rui';
    await story.does('lin', 'reassignment', { to: other });
    await story.does(other, 'renewal').catch((error: unknown) => {
      // Too early, as it nearly always is.
      if (!(error instanceof Refused)) throw error;
    });
    await story.does(other, 'release');
    await story.does(reviewer, 'claim');
    return 'held';
  },
];

/** Of somebody new, as far as it is theirs to do. @throws Refused */
export async function aSubmission(
  client: Client,
  person: string,
  policyKey: string,
  before: (story: CaseStory) => Promise<void> = async () => undefined,
): Promise<CaseStory> {
  await client.command(person, '/v1/accounts', { body: { kind: 'individual' } });
  const { body } = await client.command(person, '/v1/cases', { body: { policyKey } });
  const story = new CaseStory(client, body.caseId as string);
  await provides(story, person, client);
  await before(story);
  await story.submits(person);
  return story;
}

export async function aCase(client: Client, chances: Chances): Promise<void> {
  const person = fresh(client);
  const policyKey = chances.of(0.3) ? 'four-eyes' : 'individual';
  const story = await aSubmission(client, person, policyKey, async (draft) => {
    if (chances.of(0.3)) await reconsiders(draft, person);
  });
  if (chances.of(0.1)) {
    await story.at(person, 'withdrawal');
    return;
  }
  const reviewer = chances.pick(['rui', 'rosa']);
  for (let so = (await reviewedAnew(story, reviewer)) as 'held' | 'over'; so === 'held';) {
    so = await chances.pick(MOVES)(story, person, reviewer, chances);
  }
}

async function reconsiders(draft: CaseStory, person: string): Promise<void> {
  await draft.at(person, 'materials/phone/removal', { body: {} });
  await draft.at(person, 'self-assessments');
  await draft.at(person, 'policy-change');
  await draft.at(person, 'materials/phone', { body: { fields: { number: '13900139000' } } });
}
