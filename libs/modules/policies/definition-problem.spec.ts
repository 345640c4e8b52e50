import { wordFieldFault } from '#infra/http/field.texts';
import { definitionProblem } from './definition-problem.ts';
import { checkPolicyDefinition } from './policy.schema.ts';
import { changed, individualPolicy } from './policy.testkit.ts';

function problemOf(definition: unknown) {
  const check = checkPolicyDefinition(definition);
  if (check.ok) throw new Error('The definition has no fault.');
  return definitionProblem(check.faults);
}

describe('the problem of a faulty definition', () => {
  it('names the field by its path in the request, with the arguments that its texts ask for', () => {
    const faulty = changed(individualPolicy, (copy) => {
      copy.materials.push(copy.materials[0]!);
    });
    const at = faulty.materials.length - 1;
    const { code, details } = problemOf(faulty);
    expect(code).toBe('invalid-field');
    expect(details.fields?.[0]).toMatchObject({
      field: `definition.materials[${at}].key`,
      rule: 'duplicate-key',
      args: [faulty.materials[at]?.key],
      texts: { en: 'The key "{0}" stands here twice; keys are unique.' },
    });
  });

  it.each([
    ['of another type', 7, /：类型不符：期望文本，实际为数字/, /: Invalid input: expected string/],
    ['unreadable', '\u0007', /：须为可以阅读的文字。$/, /: Must be words that can be read\.$/],
  ])('says in either language what is malformed: a text %s', (_, text, chinese, english) => {
    const title = { en: 'Title', 'zh-CN': text };
    const [fault] = problemOf({ ...individualPolicy, title }).details.fields!;
    expect(fault).toMatchObject({ field: 'definition.title.zh-CN', rule: 'malformed' });
    expect(wordFieldFault(fault!, 'zh-CN').detail).toMatch(chinese);
    expect(wordFieldFault(fault!, 'en').detail).toMatch(english);
  });

  it('names the whole definition where nothing of it can be read', () => {
    expect(problemOf([]).details.fields?.[0]).toMatchObject({
      field: 'definition',
      rule: 'malformed',
    });
  });
});
