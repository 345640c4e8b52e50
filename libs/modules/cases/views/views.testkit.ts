/** Folds the past of a case into the documents of a view, as the store would give it to the view. */
import { SYSTEM, type Moment } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { type View } from '#kernel/view';
import { metadataFor } from '#kernel/testing/metadata';
import { type CaseEvent } from '../case.events.ts';
import { MONDAY, type CaseInThePast } from '../case.testkit.ts';

export function recorded({ past }: CaseInThePast): readonly RecordedEvent<CaseEvent>[] {
  return past.map((fact, revision) => {
    const [event, moment] = fact as readonly [CaseEvent, Partial<Moment>];
    const at = moment.at ?? MONDAY;
    return {
      ...event,
      id: `event-${revision}`,
      schemaVersion: 1,
      stream: 'case-1',
      revision,
      position: String(revision).padStart(8, '0') as Position,
      metadata: metadataFor(`command-${revision}`, at, { actor: moment.by ?? SYSTEM }),
    } as RecordedEvent<CaseEvent>;
  });
}

/** @returns the documents that are left, by key. */
export function documentsOf<Document extends object>(
  view: View<Document, CaseEvent>,
  past: CaseInThePast,
): Readonly<Record<string, Document>> {
  const documents = new Map<string, Document>();
  for (const event of recorded(past)) {
    if (!view.handles.includes(event.type)) continue;
    for (const key of view.keys(event)) {
      const document = view.evolve(documents.get(key) ?? null, event, key);
      if (document) documents.set(key, document);
      else documents.delete(key);
    }
  }
  return Object.fromEntries(documents);
}
