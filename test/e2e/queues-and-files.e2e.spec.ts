/** The reviewers' queue with why one may not take a review, and files as they were uploaded. */
import { READ_STORE, type ReadStore } from '#infra/read-store/read-store.port';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { views } from '../../apps/server/src/catalogue.ts';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { Server } from './server.testkit.ts';
import {
  COMPLETE,
  done,
  draft,
  eventsAfter,
  foundOtherPlatform,
  headOf,
  OTHER_PLATFORM,
  PNG,
  submit,
  until,
} from './world.testkit.ts';

describe('over HTTP', () => {
  const server = new Server();
  let caseId: string;
  let fileRef: string;

  beforeAll(async () => {
    await server.start();
    caseId = await draft(server, 'second', { file: { content: PNG, name: '正面 (1).png' } });
    await submit(server, 'second', caseId);
    await submit(server, 'third', await draft(server, 'third'));
    const seen = done(await server.get(`/v1/cases/${caseId}`, { as: 'second' }));
    fileRef = seen.body.materials.flatMap(({ files }: { files: { ref: string }[] }) => files)[0]
      .ref;
  });
  afterAll(() => server.dispose());

  const rowOf = async (as: string, query = '', language = 'en') => {
    const { body } = done(await server.get(`/v1/queues?limit=100${query}`, { as, language }));
    return body.items.find((row: { caseId: string }) => row.caseId === caseId);
  };

  describe('the queue', () => {
    it('says of a review that one may take that nothing is in the way', async () => {
      expect((await rowOf('rui')).obstacles).toEqual([]);
    });

    it('says why not, in the language that was asked for, by the rules that a claim is refused by', async () => {
      const { accountId } = await rowOf('rui');
      done(await server.post('/v1/staff/rui/conflicts', { as: 'rui', body: { accountId } }));
      const [english] = (await rowOf('rui')).obstacles;
      const [chinese] = (await rowOf('rui', '', 'zh-CN')).obstacles;
      expect([english.code, chinese.code]).toEqual(['conflict-declared', 'conflict-declared']);
      expect(english.detail).toMatch(/^[A-Z]/);
      expect(chinese.detail).toMatch(/\p{Script=Han}/u);
      const claim = await server.post(`/v1/cases/${caseId}/reviews/1/claim`, { as: 'rui' });
      expect([claim.status, claim.body.code]).toEqual([403, 'conflict-declared']);
    });

    it('tells a lead, who takes none, no obstacles', async () => {
      expect(await rowOf('lin')).not.toHaveProperty('obstacles');
    });

    it.each([
      ['&priorityMin=9', false],
      ['&priorityMin=0', true],
      ['&dueBefore=2020-01-01T00:00:00Z', false],
      ['&dueBefore=2199-01-01T00:00:00Z', true],
      ['&skill=nothing-of-the-kind', false],
      ['&state=claimed&claimedBy=rui', false],
    ])('filters by %s', async (query, there) => {
      expect((await rowOf('lin', query)) !== undefined).toBe(there);
    });

    it.each([
      ['due', 'dueAt'],
      ['waiting', 'requestedAt'],
    ])('is sorted by %s', async (sort, field) => {
      const { body } = done(await server.get(`/v1/queues?sort=${sort}`, { as: 'lin' }));
      const values = body.items.map((row: Record<string, string>) => row[field]);
      expect(values.length).toBeGreaterThan(1);
      expect(values).toEqual([...values].sort());
    });
  });

  it('all that somebody holds is given to somebody else, once, however often it is asked for', async () => {
    done(await server.post(`/v1/cases/${caseId}/reviews/1/claim`, { as: 'rosa' }));
    await until(
      () => server.get('/v1/queues?state=claimed&claimedBy=rosa', { as: 'lin' }),
      ({ body }) => body.items.length === 1,
    );
    const head = await headOf(server);
    const give = { as: 'lin', body: { to: 'sun' }, key: 'all-of-rosa' };
    const path = '/v1/reviewers/rosa/reassignment';
    const first = done(await server.post(path, give));
    expect(first.body.items).toEqual([{ caseId, review: 1, refused: null }]);
    expect(done(await server.post(path, give)).body).toEqual(first.body);
    const types = (await eventsAfter(server, head)).map(({ type }) => type);
    expect(types).toEqual(['WorkSelected', 'ReviewReassigned', 'WorkReassigned']);
    const workOf = async (as: string) =>
      done(await server.get('/v1/reviewers/me/work', { as })).body.items;
    const asked = { caseId, review: 1, level: 'first', queue: 'individuals' };
    expect(await workOf('rosa')).toMatchObject([
      { ...asked, by: 'rosa', state: 'released', outcome: 'ReviewReassigned' },
    ]);
    expect(await workOf('sun')).toMatchObject([{ ...asked, by: 'sun', state: 'held' }]);
    const counts = done(await server.get('/v1/queues/counts', { as: 'lin' })).body;
    expect(counts).toMatchObject({ claimed: 1, snoozed: 0, overdue: 0 });
    const unfit = await server.post('/v1/reviewers/sun/reassignment', {
      as: 'lin',
      body: { to: 'rui' },
    });
    expect(unfit.body.items).toMatchObject([{ refused: 'assignee-not-eligible' }]);
    const again = await server.post(path, { ...give, body: { to: 'rui' } });
    expect([again.status, again.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  describe('a file', () => {
    const path = () => `/v1/cases/${caseId}/files/${fileRef}`;
    const fetched = async (as: string, query = '') => {
      const head = await headOf(server);
      const response = await fetch(`${server.url}${path()}${query}`, {
        headers: { authorization: `Bearer ${await server.signIn(as)}` },
      });
      const events = (await eventsAfter(server, head)).map(({ type }) => type);
      return { response, bytes: new Uint8Array(await response.arrayBuffer()), events };
    };

    it('comes back to its applicant byte for byte, with its name, and as an attachment', async () => {
      const { response, bytes, events } = await fetched('second');
      expect(response.status).toBe(200);
      expect(bytes).toEqual(new Uint8Array(PNG));
      expect(response.headers.get('content-type')).toBe('image/png');
      expect(response.headers.get('content-disposition')).toBe(
        "attachment; filename*=UTF-8''%E6%AD%A3%E9%9D%A2%20%281%29.png",
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(events).toEqual([]);
    });

    it('is shown to the staff for a purpose alone, and that is recorded', async () => {
      const refused = await server.get(path(), { as: 'sun' });
      expect([refused.status, refused.body.field]).toEqual([400, 'purpose']);
      const { response, bytes, events } = await fetched('sun', '?purpose=fraud-investigation');
      expect([response.status, bytes.length]).toEqual([200, PNG.length]);
      expect(events).toEqual(['PersonalDataRevealed']);
    });

    it.each([
      ['sam', 'review', 'purpose-of-other-roles'],
      ['rosa', 'review', 'purpose-of-the-holder'],
    ])('is not shown to %s for %s, and the attempt is recorded', async (as, purpose, code) => {
      const refused = await server.get(`${path()}?purpose=${purpose}`, { as });
      expect([refused.status, refused.body.code]).toEqual([403, code]);
      const tried = await until(
        () =>
          server.get(`/v1/audit?caseId=${caseId}&type=AccessDenied&actorId=${as}`, { as: 'otto' }),
        ({ body }) => body.items.length > 0,
      );
      expect(tried.body.items).toMatchObject([{ caseId, why: [code] }]);
    });

    it('that was taken back before it was submitted comes back to nobody', async () => {
      const url = `/v1/cases/${await draft(server, 'taker')}`;
      const [identity] = done(await server.get(url, { as: 'taker' })).body.materials;
      const { ref } = identity.files[0] as { ref: string };
      const statusFor = async (as: string) =>
        (await server.raw('GET', `${url}/files/${ref}?purpose=audit`, { as })).status;
      expect([await statusFor('taker'), await statusFor('otto')]).toEqual([200, 200]);
      const removal = { as: 'taker', body: { file: ref } };
      done(await server.post(`${url}/materials/${identity.material}/removal`, removal));
      expect([await statusFor('taker'), await statusFor('otto')]).toEqual([404, 404]);
    });

    it('is not there for another applicant, nor through a case that does not name it', async () => {
      const amy = await server.get(path(), { as: 'amy' });
      expect([amy.status, amy.body.field]).toEqual([404, 'caseId']);
      const elsewhere = path().replace(fileRef, caseId);
      const strange = await server.get(elsewhere, { as: 'second' });
      expect([strange.status, strange.body.field]).toEqual([404, 'fileRef']);
    });
  });

  it('announced maintenance moves what is due: at once for who reads, by events for who takes it', async () => {
    const { items } = done(await server.get('/v1/cases', { as: 'third' })).body;
    const third = items[0].caseId as string;
    const dues = async () => {
      const row = (await server.get('/v1/queues', { as: 'lin' })).body.items.find(
        (one: { caseId: string }) => one.caseId === third,
      );
      const staff = (await server.get(`/v1/cases/${third}`, { as: 'lin' })).body;
      const applicant = (await server.get(`/v1/cases/${third}`, { as: 'third' })).body;
      return {
        review: [row.dueAt, staff.review.clock.due.dueAt],
        overall: [row.overallDueAt, staff.overall.due.dueAt, applicant.expectedBy],
      };
    };
    const before = await dues();
    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    const window = { from: days(0.001), to: days(13) };
    const head = await headOf(server);
    done(await server.post('/v1/platform/maintenance', { as: 'ada', body: window }));

    const moved = await dues();
    for (const which of ['review', 'overall'] as const) {
      expect(new Set(moved[which]).size).toBe(1);
      expect(moved[which][0] > before[which][0]).toBe(true);
    }
    // What was refused before may be recorded only now.
    const sinceThen = async () =>
      (await eventsAfter(server, head))
        .map(({ type }) => type)
        .filter((type) => type !== 'AccessDenied');
    expect(await sinceThen()).toEqual(['MaintenanceAnnounced']);

    const claimed = done(await server.post(`/v1/cases/${third}/reviews/1/claim`, { as: 'rosa' }));
    expect(claimed.body.review.dueAt).toBe(moved.review[0]);
    const types = (await sinceThen()).slice(1);
    expect(types.slice(0, 3)).toEqual(['DueReissued', 'DueReissued', 'ReviewClaimed']);
  });

  it('a date of birth that the identity number contradicts is found when the round is screened', async () => {
    const { 'identity-document': identity, ...others } = COMPLETE;
    const said = { ...identity, fields: { ...identity.fields, 'date-of-birth': '1899-12-30' } };
    const materials = { 'identity-document': said, ...others };
    const id = await draft(server, 'fourth', { materials });
    done(await server.post(`/v1/cases/${id}/self-assessments`, { as: 'fourth' }));
    await submit(server, 'fourth', id);
    const { body } = await until(
      () => server.get(`/v1/cases/${id}`, { as: 'lin' }),
      (answer) => answer.body.status === 'waiting',
    );
    const pointer = { material: 'identity-document', field: 'date-of-birth' };
    const finding = { code: 'birth-date-mismatch', pointer };
    expect(body.screening.findings).toMatchObject([finding]);
    const [assessed] = (await eventsAfter(server)).filter(
      ({ stream, type }) => stream === `case-${id}` && type === 'SelfAssessmentCompleted',
    );
    expect(assessed!.data).toEqual({ outcome: 'lacking', findings: [finding] });
  });

  it('dead letters are listed, and one that is not there cannot be driven again', async () => {
    const { body } = done(await server.get('/v1/operations/dead-letters', { as: 'ada' }));
    expect(body.items).toEqual([]);
    const path = `/v1/operations/dead-letters/${caseId}/retry`;
    const answer = await server.post(path, { as: 'ada' });
    expect([answer.status, answer.body.field]).toEqual([404, 'letterId']);
  });

  describe('a parked document', () => {
    const PARKED = '/v1/operations/parked-documents';
    const ada = { as: 'ada' };

    /** As the projector parks what it cannot fold. */
    async function park(view: string, key: string, position: Position): Promise<void> {
      const readStore = server.app.get<ReadStore>(READ_STORE, { strict: false });
      await readStore.exact(views.find(({ name }) => name === view)!).park({
        key,
        platform: DEMO_PLATFORM,
        position,
        eventType: 'NoteAdded',
        error: 'TypeError: cannot be read',
        at: instant('2026-03-02T01:00:00Z'),
      });
    }

    const listed = async (query = '') => done(await server.get(`${PARKED}${query}`, ada)).body;

    it('is served as degraded, listed page by page, and folded again', async () => {
      await foundOtherPlatform(server);
      expect((await listed()).items).toEqual([]);
      const position = await headOf(server);
      const work = `${caseId}/1`;
      await park('case-detail', caseId, position);
      await park('review-queue', caseId, position);
      await park('reviewer-work', work, position);
      done(await server.post(`/v1/cases/${caseId}/notes`, { as: 'sam', body: { text: 'Hm.' } }));

      const one = async (as: string) => done(await server.get(`/v1/cases/${caseId}`, { as })).body;
      const ofCase = (items: { caseId: string; degraded: boolean }[]) =>
        items.filter((item) => item.caseId === caseId).map(({ degraded }) => degraded);
      const shown = async () => [
        (await one('second')).degraded,
        (await one('sun')).degraded,
        ...ofCase(done(await server.get('/v1/cases', { as: 'lin' })).body.items),
        ...ofCase(done(await server.get('/v1/queues?state=claimed', { as: 'lin' })).body.items),
        ...ofCase(done(await server.get('/v1/reviewers/me/work', { as: 'sun' })).body.items),
      ];
      expect(await shown()).toEqual([true, true, true, true, true]);

      const { items } = await listed();
      expect(items).toMatchObject([
        { view: 'case-detail', key: caseId },
        { view: 'review-queue', key: caseId },
        { view: 'reviewer-work', key: work },
      ]);
      const page = await listed('?limit=2');
      const rest = await listed(`?limit=2&cursor=${page.next}`);
      expect([...page.items, ...rest.items]).toEqual(items);
      expect(rest).not.toHaveProperty('next');

      for (const { id } of items) {
        const retry = `${PARKED}/${id}/retry`;
        const elsewhere = { as: 'other-admin', platform: OTHER_PLATFORM };
        expect((await server.post(retry, elsewhere)).status).toBe(404);
        expect(done(await server.post(retry, ada)).body).toEqual({ outcome: 'mended' });
        const again = await server.post(retry, ada);
        expect([again.status, again.body.field]).toEqual([404, 'documentId']);
      }
      expect(await shown()).toEqual([false, false, false, false, false]);
      expect((await one('sun')).notes).toHaveLength(1);
    });

    it('of another platform is not listed', async () => {
      // By an event that the case's document has not passed, as what parks one is.
      done(await server.post('/v1/accounts', { as: 'newcomer', body: { kind: 'individual' } }));
      await park('case-detail', caseId, await headOf(server));
      const elsewhere = await server.get(PARKED, { as: 'other-admin', platform: OTHER_PLATFORM });
      expect(done(elsewhere).body.items).toEqual([]);
      expect((await listed()).items).toHaveLength(1);
    });
  });
});
