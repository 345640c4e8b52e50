import { HttpException, NotFoundException } from '@nestjs/common';
import {
  AppendTooLarge,
  CallAborted,
  DeadlineExceeded,
  RevisionConflict,
  StoreUnavailable,
  StoreUnusable,
  UnknownPosition,
} from '#infra/event-store/event-store.errors';
import {
  BadCursor,
  ReadStoreUnavailable,
  ViewVersionGone,
} from '#infra/read-store/read-store.port';
import {
  VaultDamaged,
  VaultKeyUnusable,
  VaultRecordTooLarge,
  VaultUnavailable,
} from '#infra/vault/vault.port';
import { LOCALES } from './locale.ts';
import { TECHNICAL_PROBLEMS } from './problem.catalogue.ts';
import { tell } from './problem.mapping.ts';
import { fillText, renderProblem } from './problem.render.ts';
import { HttpProblem, orRefuse, Refusal } from './problem.ts';
import { ViolationRegistry } from './violation.registry.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const NONE = new ViolationRegistry();

describe('the catalogue of technical problems', () => {
  it.each(Object.entries(TECHNICAL_PROBLEMS))('words %s in both languages', (_, spec) => {
    for (const locale of LOCALES) {
      const { title, detail, action } = spec.texts[locale];
      for (const text of [title, detail, action]) {
        expect(text.length).toBeGreaterThan(2);
        expect(/\p{Script=Han}/u.test(text)).toBe(locale === 'zh-CN');
      }
    }
    expect(spec.status).toBeGreaterThanOrEqual(400);
  });

  it('fills the same facts into the text of either language', () => {
    const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { texts } of Object.values(TECHNICAL_PROBLEMS))
      expect(namesIn(texts['zh-CN'].detail).sort()).toEqual(namesIn(texts.en.detail).sort());
  });

  it('asks for a repetition only where one can help', () => {
    const retried = Object.entries(TECHNICAL_PROBLEMS).filter(([, spec]) => spec.retryAfterSeconds);
    for (const [, { status }] of retried) expect([408, 409, 429, 503]).toContain(status);
    for (const { status, retryAfterSeconds } of Object.values(TECHNICAL_PROBLEMS))
      if (status === 503) expect(retryAfterSeconds).toBeGreaterThan(0);
  });
});

describe('a thrown error is told as a problem', () => {
  it.each([
    [new StoreUnavailable('disk full'), 'store-unavailable'],
    [new StoreUnusable('newer'), 'store-unusable'],
    [new DeadlineExceeded('late'), 'deadline'],
    [new CallAborted('gone'), 'deadline'],
    [new RevisionConflict('case-1', 3, 4), 'concurrent-change'],
    [new AppendTooLarge('big'), 'body-too-large'],
    [new UnknownPosition('where'), 'position-unknown'],
    [new ReadStoreUnavailable('disk full'), 'store-unavailable'],
    [new ViewVersionGone('rebuilt'), 'store-unavailable'],
    [new BadCursor('which'), 'cursor-invalid'],
    [new VaultUnavailable('disk full'), 'store-unavailable'],
    [new VaultKeyUnusable('no key'), 'store-unusable'],
    [new VaultDamaged('ref'), 'internal'],
    [new VaultRecordTooLarge('ref'), 'file-too-large'],
    [Object.assign(new Error('other'), { code: 'store-unavailable' }), 'store-unavailable'],
    [new DOMException('late', 'TimeoutError'), 'deadline'],
    [new NotFoundException(), 'not-found'],
    [new HttpException('teapot', 418), 'internal'],
    [new HttpProblem('if-match-missing'), 'if-match-missing'],
    [new Error('boom'), 'internal'],
    [Object.assign(new Error('odd'), { code: 'toString' }), 'internal'],
    ['a text', 'internal'],
    [null, 'internal'],
    [undefined, 'internal'],
  ])('%p as %s', (error, code) => {
    expect(tell(error)).toMatchObject({ code });
  });
});

describe('a problem in words', () => {
  it('carries type, occurrence and action, and says when to come again', () => {
    const told = tell(new StoreUnavailable('disk full'));
    const { problem, headers } = renderProblem(told, NONE, 'en', TRACE);
    expect(problem).toEqual({
      type: 'urn:casetrail:problem:store-unavailable',
      title: 'Store unavailable',
      status: 503,
      detail: expect.stringContaining('may or may not have been done'),
      instance: 'urn:uuid:4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
      code: 'store-unavailable',
      action: expect.stringContaining('same Idempotency-Key'),
      traceId: TRACE,
    });
    expect(headers).toMatchObject({ 'retry-after': '5', 'content-language': 'en' });
  });

  it('fills in facts, joins lists as the language does, and leaves a gap where a fact is missing', () => {
    const params = { who: 'ada', what: ['a', 'b'] };
    expect(fillText('{who}: {what} {toString}', params, 'en')).toBe('ada: a, b …');
    expect(fillText('{who}：{what}', params, 'zh-CN')).toBe('ada：a、b');
  });
});

describe('violations', () => {
  const held = { kind: 'state', en: 'Held.', zhCN: '已持有。' } as const;

  it('mean one thing by one code on the whole server', () => {
    expect(() => new ViolationRegistry([{ held }, { held: { ...held, en: 'Kept.' } }])).toThrow(
      /held is declared twice/,
    );
    expect(() => new ViolationRegistry([{ held }, { held: { ...held, kind: 'form' } }])).toThrow(
      RangeError,
    );
    expect(new ViolationRegistry([{ held }, { held }]).codes).toEqual(['held']);
  });

  it('say what to do about them, where that is not what helps against their kind', () => {
    const violation = { violation: true, kind: 'forbidden', code: 'own' } as const;
    const action = { en: 'Leave it.', zhCN: '请交由他人。' };
    const own = { kind: 'forbidden', en: 'Yours.', zhCN: '您自己的。' } as const;
    const toldBy = (registry: ViolationRegistry) =>
      LOCALES.map(
        (locale) =>
          renderProblem({ refusal: new Refusal(violation) }, registry, locale, TRACE).problem
            .action,
      );
    expect(toldBy(new ViolationRegistry([{ own: { ...own, action } }])).sort()).toEqual(
      [action.en, action.zhCN].sort(),
    );
    const { texts } = TECHNICAL_PROBLEMS.forbidden;
    expect(toldBy(new ViolationRegistry([{ own }]))).toEqual(
      LOCALES.map((locale) => texts[locale].action),
    );
  });

  it('take no code of a technical problem', () => {
    expect(() => new ViolationRegistry([{ internal: held }])).toThrow(/taken/);
  });

  it.each([
    ['state', 409],
    ['forbidden', 403],
    ['form', 422],
    ['missing', 404],
  ] as const)(
    'of kind %s are told with status %d, also when nobody declared them',
    (kind, status) => {
      const refusal = new Refusal({ violation: true, kind, code: 'never-declared' });
      const { problem } = renderProblem({ refusal }, NONE, 'zh-CN', TRACE);
      expect(problem).toMatchObject({ status, code: 'never-declared' });
    },
  );

  it('are thrown by orRefuse, which lets everything else through', () => {
    expect(orRefuse({ done: true })).toEqual({ done: true });
    expect(() => orRefuse({ violation: true, kind: 'state', code: 'held' } as const)).toThrow(
      Refusal,
    );
  });
});
