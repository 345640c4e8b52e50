/** What the sources say of each handler of a controller: its comment, and the schema of what it answers. */
import { join } from 'node:path';
import ts from 'typescript';
import { type Schema, TypeSchemas } from './type-schemas.ts';

export interface HandlerFacts {
  /** The comment above the method. */
  readonly comment: string;
  /** Of the answer where nothing is refused; absent where Nest's default holds. */
  readonly status?: number;
  /** The class that its query is read as. */
  readonly query?: string;
  /** Absent where it answers with nothing. */
  readonly answer?: Schema;
}

export interface AnswerFacts {
  /** By `Controller.handler`. */
  readonly handlers: ReadonlyMap<string, HandlerFacts>;
  readonly components: Readonly<Record<string, Schema>>;
}

function programOf(root: string): ts.Program {
  const path = join(root, 'tsconfig.build.json');
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(path, { incremental: false }, host);
  if (!parsed) throw new Error(`${path} cannot be read.`);
  return ts.createProgram(parsed.fileNames, parsed.options);
}

function awaited(checker: ts.TypeChecker, type: ts.Type): ts.Type {
  return checker.getAwaitedType(type) ?? type;
}

/** The arguments of a decorator. */
function decoratedBy(node: ts.HasDecorators, name: string): readonly string[] | undefined {
  for (const { expression } of ts.getDecorators(node) ?? []) {
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== name) continue;
    return expression.arguments.map((argument) => argument.getText());
  }
  return undefined;
}

function routeOf(member: ts.MethodDeclaration): Pick<HandlerFacts, 'status' | 'query'> {
  const code = decoratedBy(member, 'HttpCode')?.[0];
  const query = member.parameters.find((parameter) => decoratedBy(parameter, 'Query'))?.type;
  return {
    ...(code !== undefined && { status: Number(code) }),
    ...(query && { query: query.getText() }),
  };
}

const isNothing = ({ flags }: ts.Type) => !!(flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined));

/** @param wanted `Controller.handler` of every route. @throws Error naming what an answer cannot be. */
export function answerFacts(root: string, wanted: ReadonlySet<string>): AnswerFacts {
  const program = programOf(root);
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const handlers = new Map<string, HandlerFacts>();
  const look = (declaration: ts.ClassDeclaration) => {
    for (const member of declaration.members) {
      const name = `${declaration.name?.text}.${member.name?.getText()}`;
      if (!ts.isMethodDeclaration(member) || !wanted.has(name)) continue;
      const signature = checker.getSignatureFromDeclaration(member);
      const symbol = checker.getSymbolAtLocation(member.name);
      if (!signature || !symbol) throw new Error(`${name} has no type.`);
      const answer = awaited(checker, signature.getReturnType());
      const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker));
      try {
        handlers.set(name, {
          comment,
          ...routeOf(member),
          ...(!isNothing(answer) && { answer: schemas.of(answer) }),
        });
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    }
  };
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !file.fileName.endsWith('.controller.ts')) continue;
    ts.forEachChild(file, (node) => {
      if (ts.isClassDeclaration(node)) look(node);
    });
  }
  return { handlers, components: schemas.components };
}
