/** The server of the build and a bare route of the same durability, each a process of its own, over HTTP. */
import { Casework } from './casework.ts';
import { type Listening, startChild, startServer } from './child.ts';
import { type Contest } from './contest.ts';
import { benchFolder } from './folder.ts';
import { HttpClient } from './http-client.ts';

interface Sides {
  readonly server: Listening;
  /** What people do on the server. */
  readonly work: Casework;
  /** To the bare route. */
  readonly bare: HttpClient;
  /** Another in each round. */
  nextLabel(): string;
}

/**
 * @param route its source; it is given the path that its data may lie at
 * @param measures both, each call on data of its own
 */
export async function besideBareRoute(
  route: URL,
  connections: number,
  measures: (sides: Sides) => Pick<Contest, 'ours' | 'yardstick'>,
): Promise<Contest> {
  const folder = benchFolder();
  const server = await startServer(folder.path);
  const work = await Casework.on(server);
  const child = await startChild(['--conditions=source', route.pathname, folder.file('bare')]);
  const bare = new HttpClient(child.url, connections);
  let rounds = 0;
  return {
    ...measures({ server, work, bare, nextLabel: () => `round-${++rounds}` }),
    close: async () => {
      bare.close();
      work.close();
      await Promise.all([server.stop(), child.stop()]);
      folder.remove();
    },
  };
}
