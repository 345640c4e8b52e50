/**
 * Reads a packed event log from end to end by a streaming parser and counts its events: no meaning, no
 * check, nothing kept. Argument: the log.
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SaxesParser } from 'saxes';

const parser = new SaxesParser();
let events = 0;
parser.on('opentag', ({ name }) => {
  if (name === 'event') events++;
});
parser.on('error', (error) => {
  throw error;
});
const text = createReadStream(process.argv[2]!).pipe(createGunzip()).setEncoding('utf8');
for await (const piece of text) parser.write(piece as string);
parser.close();
console.log(events);
