import { aCase, aPolicy } from '../case.testkit.ts';
import { checkAnew, toCheckAnew } from './checked-anew.ts';

const { materials } = aCase().drafted().state;
const [identity] = aPolicy().materials;
const [name, number] = identity!.fields;

/** The version after, with another field for the number. */
const withNumber = (change: Partial<NonNullable<typeof number>>) =>
  aPolicy({
    policyVersion: 2,
    materials: [{ ...identity!, fields: [name!, { ...number!, ...change }] }],
  });
const checked = (now: ReturnType<typeof aPolicy>) => toCheckAnew(materials, aPolicy(), now);

describe('what another version of a policy checks anew', () => {
  it.each([
    ['format', { format: 'text' as const }],
    ['length', { maxLength: 10 }],
    ['meaning as an identity', { identity: false }],
  ])('is a value whose %s it changes', (_what, change) => {
    expect(checked(withNumber(change))).toMatchObject([
      { material: 'identity', field: { key: 'number' }, ref: 'ref-number' },
    ]);
  });

  it('is nothing that it checks as the version before did', () => {
    expect(checked(withNumber({ required: false }))).toEqual([]);
  });

  it('is nothing of another type of document, nor what the draft does not hold', () => {
    expect(checked(withNumber({ maxLength: 10, onlyFor: ['passport'] }))).toEqual([]);
    expect(checked(withNumber({ key: 'other' }))).toEqual([]);
  });
});

describe('a value checked anew', () => {
  const values = checked(withNumber({ maxLength: 10, format: 'text' }));
  const found = (value: string | undefined) => checkAnew(values, () => value, '2026-03-02');

  it('is good, or has what its format finds now', () => {
    expect(found('short')).toEqual([{ material: 'identity', field: 'number', finding: null }]);
    expect(found('longer than ten')).toMatchObject([{ finding: expect.any(String) }]);
  });

  it('is passed over where it was erased', () => {
    expect(found(undefined)).toEqual([]);
  });
});
