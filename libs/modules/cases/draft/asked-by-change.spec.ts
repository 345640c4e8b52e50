import { aCase } from '../case.testkit.ts';
import { askedByChange } from './asked-by-change.ts';

const { materials } = aCase().drafted().state;
const asked = (code: string, path: string) => askedByChange([{ code, path }], materials);

describe('what a new version of a policy asks of a draft', () => {
  it.each([
    ['requirement-added', '/materials/selfie', { material: 'selfie' }],
    ['material-now-required', '/materials/phone/required', { material: 'phone' }],
    [
      'field-now-required',
      '/materials/identity/fields/country/required',
      { material: 'identity', field: 'country' },
    ],
  ])('is what it lacks, by %s at %s', (code, path, pointer) => {
    expect(asked(code, path)).toEqual([{ code: 'requirement-added', pointer }]);
  });

  it.each([
    ['document-type-no-longer-accepted', '/materials/identity/accepts/documentTypes/resident-id'],
    ['media-type-no-longer-accepted', '/materials/identity/accepts/mediaTypes/image~1png'],
  ])('is another document, by %s', (code, path) => {
    const pointer = { material: 'identity' };
    expect(asked(code, path)).toEqual([{ code: 'material-no-longer-accepted', pointer }]);
  });

  it.each(['requirement-removed', 'optional-item-removed'])(
    'is that it be taken back, where nobody asks for it any longer, by %s',
    (code) => {
      const pointer = { material: 'identity' };
      const reasons = [{ code: 'material-no-longer-accepted', pointer }];
      expect(asked(code, '/materials/identity')).toEqual(reasons);
    },
  );

  it.each([
    ['optional-item-removed', '/materials/phone'],
    ['requirement-removed', '/materials/identity/fields/name'],
    ['material-now-required', '/materials/identity/required'],
    ['field-now-required', '/materials/identity/fields/name/required'],
    ['requirement-added', '/materials/phone/fields/country'],
    ['document-type-no-longer-accepted', '/materials/identity/accepts/documentTypes/passport'],
    ['document-type-no-longer-accepted', '/materials/phone/accepts/documentTypes/passport'],
    ['media-type-no-longer-accepted', '/materials/identity/accepts/mediaTypes/image~1jpeg'],
    ['threshold-changed', '/appeal/windowDays'],
  ])('is nothing where it has it, or has nothing of it: %s at %s', (code, path) => {
    expect(asked(code, path)).toEqual([]);
  });
});
