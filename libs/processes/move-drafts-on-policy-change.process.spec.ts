import {
  LATER,
  MONDAY,
  after,
  ofCase,
  ofPolicy,
  opened,
  resumed,
  submitted,
  toCase,
} from './process.testkit.ts';
import { policyDefinitionSchema } from '#modules/policies/index';
import { moveDraftsOnPolicyChange } from './move-drafts-on-policy-change.process.ts';

const process = moveDraftsOnPolicyChange;

const en = (text: string) => ({ en: text, 'zh-CN': text });

const published = (policyVersion: number, effectiveFrom = MONDAY) =>
  ofPolicy({
    type: 'PolicyPublished',
    data: {
      policyVersion,
      definition: policyDefinitionSchema.parse({
        key: 'driver',
        policyVersion,
        kind: 'individual',
        title: en('Driver'),
        materials: [
          {
            key: 'phone',
            title: en('Phone'),
            required: true,
            fields: [{ key: 'number', title: en('Number'), format: 'phone', required: true }],
          },
        ],
        requiresIdentity: false,
        declaration: { textVersion: '2026-01', text: en('All of it is true.') },
        review: {
          queue: 'drivers',
          approvals: 1,
          leaseMinutes: 60,
          renewalsMax: 2,
          reviewBusinessDays: 1,
          overallBusinessDays: 3,
        },
        rounds: { max: 3 },
        supplement: { calendarDays: 7 },
        appeal: { allowed: true, windowDays: 14 },
      }),
      effectiveFrom,
      changes: [],
    },
  });
const tookEffect = (policyVersion: number) =>
  ofPolicy({
    type: 'PolicyTookEffect',
    data: { key: 'driver', policyVersion, effectiveFrom: LATER },
  });
const withdrawn = (caseId: string) =>
  ofCase(caseId, { type: 'CaseWithdrawn', data: { cause: 'applicant' } });
const move = (caseId: string) => toCase(caseId, { type: 'ApplyPolicyChange' });

describe('a new version of a policy', () => {
  it('moves every draft under it', () => {
    const drafts = after(process, published(1), opened('c1'), opened('c2'));
    expect(drafts.reactsTo(published(2))).toEqual([move('c1'), move('c2')]);
  });

  it('moves nothing before its time, and then every draft', () => {
    const past = [published(1), opened('c1'), opened('c2'), submitted('c2')];
    const drafts = after(process, ...past);
    expect(drafts.reactsTo(published(2, LATER))).toEqual([]);
    const waiting = after(process, ...past, published(2, LATER));
    expect(waiting.reactsTo(opened('c3'))).toEqual([]);
    expect(waiting.reactsTo(tookEffect(2))).toEqual([move('c1')]);
  });

  it('moves a draft that was opened, or set going, at the very moment that it took effect', () => {
    const past = [published(1), opened('c1'), published(2, LATER), tookEffect(2)];
    expect(after(process, ...past).reactsTo(opened('c2'))).toEqual([move('c2')]);
    expect(after(process, ...past).reactsTo(resumed('c1'))).toEqual([move('c1')]);
  });

  it('leaves alone what was submitted or withdrawn', () => {
    const past = [opened('c1'), opened('c2'), opened('c3'), submitted('c1'), withdrawn('c2')];
    expect(after(process, ...past).reactsTo(published(2))).toEqual([move('c3')]);
  });

  it('moves nothing where there is no draft', () => {
    expect(after(process).reactsTo(published(1))).toEqual([]);
  });

  it('moves a draft that was opened under the old one at that very moment', () => {
    const past = [published(1), published(2)];
    expect(after(process, ...past).reactsTo(opened('c1'))).toEqual([move('c1')]);
    const current = opened('c1', { policyVersion: 'driver@2' });
    expect(after(process, ...past).reactsTo(current)).toEqual([]);
  });

  it('moves a draft that a freeze held back, as soon as it goes on', () => {
    const past = [published(1), opened('c1'), published(2)];
    expect(after(process, ...past).reactsTo(resumed('c1'))).toEqual([move('c1')]);
    const moved = resumed('c1', { policyVersion: 'driver@2' });
    expect(after(process, ...past).reactsTo(moved)).toEqual([]);
  });

  it('does not move a case that was submitted under the old one and goes on', () => {
    const past = [published(1), opened('c1'), submitted('c1'), published(2)];
    expect(after(process, ...past).reactsTo(resumed('c1'))).toEqual([]);
  });

  it('sets off nothing by what becomes of drafts', () => {
    const past = [published(1), opened('c1'), published(2)];
    expect(after(process, ...past).reactsTo(submitted('c1'))).toEqual([]);
    expect(after(process, ...past).reactsTo(withdrawn('c1'))).toEqual([]);
  });
});

describe('a draft', () => {
  it('belongs to the policy that its events name, and to none where they name none', () => {
    const keyOf = (event: unknown) => process.key(event as Parameters<typeof process.key>[0]);
    expect(keyOf(opened('c1'))).toBe('driver');
    expect(keyOf(published(2))).toBe('driver');
    const { policyVersion: _, ...metadata } = opened('c1').metadata;
    expect(keyOf({ ...opened('c1'), metadata })).toBeNull();
  });
});
