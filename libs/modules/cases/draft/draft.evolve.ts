/** A case that is opened; what its materials hold, and what the formats find in them. */
import { type Moment } from '#kernel/actor';
import { type CaseEventOf, type Reason } from '../case.events.ts';
import { hasFinding, heldOf, type CaseState } from '../case.state.ts';

export function applyDraft(
  state: CaseState,
  event: CaseEventOf<'CaseOpened' | 'PolicyChangeApplied' | 'MaterialProvided' | 'MaterialRemoved'>,
  { at, by }: Moment,
): CaseState {
  switch (event.type) {
    case 'CaseOpened': {
      const { accountId, subjectId, policyKey, policyVersion } = event.data;
      const opened = { status: 'draft', openedBy: by.id, openSince: at } as const;
      return { ...state, ...opened, accountId, subjectId, policyKey, policyVersion };
    }
    case 'PolicyChangeApplied':
      return {
        ...state,
        policyVersion: event.data.toVersion,
        materials: checkedAnew(state.materials, event.data.findings),
      };
    default:
      return applyMaterial(state, event);
  }
}

function applyMaterial(
  state: CaseState,
  event: CaseEventOf<'MaterialProvided'> | CaseEventOf<'MaterialRemoved'>,
): CaseState {
  const before = heldOf(state.materials, event.data.material);
  const { [event.data.material]: _replaced, ...others } = state.materials;
  if (event.type === 'MaterialRemoved') {
    const fileRef = event.data.fileRef;
    if (fileRef === undefined || !before) return { ...state, materials: others };
    const files = before.files.filter((file) => file.ref !== fileRef);
    return { ...state, materials: { ...others, [event.data.material]: { ...before, files } } };
  }
  const { fields, files, findings, documentType } = event.data;
  const kept = (before?.findings ?? []).filter(
    (finding) =>
      finding.pointer?.field === undefined || !Object.hasOwn(fields, finding.pointer.field),
  );
  const type = documentType ?? before?.documentType;
  const outdated = (before?.outdated ?? []).filter((field) => !Object.hasOwn(fields, field));
  return {
    ...state,
    materials: {
      ...others,
      [event.data.material]: {
        ...(type === undefined ? {} : { documentType: type }),
        fields: { ...before?.fields, ...fields },
        files: [...(before?.files ?? []), ...files],
        findings: [...kept, ...findings],
        ...(outdated.length > 0 ? { outdated } : {}),
        renewed: {
          fields: [...new Set([...(before?.renewed.fields ?? []), ...Object.keys(fields)])],
          files: [...(before?.renewed.files ?? []), ...files.map(({ ref }) => ref)],
        },
      },
    },
  };
}

/** A draft under another version of its policy: what its formats find, and what of that is new. */
function checkedAnew(
  materials: CaseState['materials'],
  findings: readonly Reason[] | undefined,
): CaseState['materials'] {
  if (!findings) return materials;
  return Object.fromEntries(
    Object.entries(materials).map(([key, material]) => {
      const { outdated: before = [], ...others } = material;
      const its = findings.filter(({ pointer }) => pointer?.material === key);
      const outdated = its
        .map(({ pointer }) => pointer?.field ?? '')
        .filter((field) => before.includes(field) || !hasFinding(material, field));
      return [key, { ...others, findings: its, ...(outdated.length > 0 ? { outdated } : {}) }];
    }),
  );
}
