/**
 * The ports and their methods, as their files declare them: a method that is added there is here at
 * once, and lacks a row until some flow calls it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const INFRA = resolve(import.meta.dirname, '../../libs/infra');
/** A port that lies with its only adapter. */
const ELSEWHERE = ['auth/token-verifier.ts'];

/** How a call ends: at once, with a promise, or one element after the other. */
type Shape = 'sync' | 'call' | 'stream';

export interface PortMethod {
  readonly port: string;
  readonly method: string;
  readonly shape: Shape;
}

function shapeOf(type: string): Shape {
  if (type.startsWith('AsyncIterable')) return 'stream';
  return type.startsWith('Promise') ? 'call' : 'sync';
}

/** Every interface with methods of the file. */
export function methodsIn(text: string): readonly PortMethod[] {
  const file = ts.createSourceFile('port.ts', text, ts.ScriptTarget.Latest, true);
  return file.statements.filter(ts.isInterfaceDeclaration).flatMap(({ name, members }) =>
    members.filter(ts.isMethodSignature).map((member) => ({
      port: name.text,
      method: member.name.getText(),
      shape: shapeOf(member.type?.getText() ?? 'void'),
    })),
  );
}

export function methodsOfPorts(): readonly PortMethod[] {
  const files = readdirSync(INFRA, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.port.ts'))
    .sort();
  return [...files, ...ELSEWHERE].flatMap((file) =>
    methodsIn(readFileSync(join(INFRA, file), 'utf8')),
  );
}
