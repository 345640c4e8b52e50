import { checkFile } from './file-check.ts';
import { FILE_NAME_BYTES_MAX, keptFileName } from './file-name.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const PNG = bytes(
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  0,
  0,
  0,
  13,
  0x49,
  0x48,
  0x44,
  0x52,
);
const JPEG = bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46);
const PDF = new TextEncoder().encode('%PDF-1.7\n1 0 obj\n');
const text = (value: string) => new TextEncoder().encode(value);

describe('an uploaded file', () => {
  it.each([
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['application/pdf', PDF],
    ['text/plain', text('一行文字\n')],
    ['text/csv', text('a,b\n1,2\n')],
  ])('passes as %s where its bytes say so', async (mediaType, content) => {
    expect(await checkFile('a', mediaType, content)).toBeNull();
  });

  it.each([
    ['a page as a picture', 'image/png', text('<html><script>1</script></html>')],
    ['a picture of another kind', 'image/png', JPEG],
    ['bytes of no kind', 'application/pdf', bytes(1, 2, 3, 4)],
    ['a NUL in a text', 'text/plain', text('a\0b')],
    ['a text that is not UTF-8', 'text/plain', bytes(0x61, 0xff, 0xfe)],
  ])('is refused: %s', async (_what, mediaType, content) => {
    expect(await checkFile('a', mediaType, content)).toMatchObject({
      code: 'file-content-differs',
      field: 'file',
    });
  });

  it('is refused when it is empty', async () => {
    expect(await checkFile('a.png', 'image/png', bytes())).toMatchObject({ code: 'file-empty' });
  });

  it.each([
    ['no name', ''],
    ['a name that is too long, in bytes', '文'.repeat(86)],
    ['a name of nothing that is kept', '/\n\u202e:\ud800'],
  ])('is refused with %s', async (_what, name) => {
    expect(await checkFile(name, 'image/png', PNG)).toMatchObject({
      code: 'file-name-unusable',
      params: { bytesMax: FILE_NAME_BYTES_MAX },
    });
  });

  it('may have a name as long as a file system takes', async () => {
    expect(await checkFile('文'.repeat(85), 'image/png', PNG)).toBeNull();
  });
});

describe('the name of a kept file', () => {
  it.each([
    ['scan.png', 'scan.png'],
    ['SCAN.PNG', 'SCAN.PNG'],
    ['正面 (1).png', '正面 (1).png'],
    ['scan', 'scan.png'],
    ['scan.', 'scan..png'],
    ['x.html', 'x.html.png'],
    ['a.png.exe', 'a.png.exe.png'],
  ])('ends in what its bytes say, whatever it was called: %j', async (name, kept) => {
    expect(await keptFileName(name, 'image/png', PNG)).toBe(kept);
  });

  it.each([
    ['a\u202egnp.exe', 'agnp.exe.png'],
    ['\u2067a\u2069\u200f\u061c.png', 'a.png'],
    ['../../etc/passwd', '....etcpasswd.png'],
    ['C:\\scans\\a.png', 'Cscansa.png'],
    ['a\n\u0000b\u009f.png', 'ab.png'],
    ['a\ud800.png', 'a.png'],
  ])('is without what turns it, leads elsewhere or cannot be seen: %j', async (name, kept) => {
    expect(await keptFileName(name, 'image/png', PNG)).toBe(kept);
  });

  it.each([
    ['a.jpeg', 'image/jpeg', JPEG, 'a.jpeg'],
    ['a.png', 'image/jpeg', JPEG, 'a.png.jpg'],
    ['a.pdf', 'application/pdf', PDF, 'a.pdf'],
    ['a.csv', 'text/csv', text('a,b'), 'a.csv'],
    ['a.html', 'text/plain', text('<script>'), 'a.html.txt'],
    ['a.html', 'text/html', text('<script>'), 'a.html.txt'],
    ['a.html', 'constructor', text('<script>'), 'a.html.txt'],
  ])('is that of its type: %j as %s', async (name, mediaType, content, kept) => {
    expect(await keptFileName(name, mediaType, content)).toBe(kept);
  });

  it('has room for its extension, and ends at a whole character', async () => {
    const kept = await keptFileName('文'.repeat(85), 'image/png', PNG);
    expect(kept).toBe(`${'文'.repeat(83)}.png`);
    expect(await keptFileName(kept, 'image/png', PNG)).toBe(kept);
  });
});
