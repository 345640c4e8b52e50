/**
 * All problems of the technical layer: stable codes, statuses, and their texts in both languages.
 * Stable for ever: add, never change a code or its status. Problems of the business come from the
 * violation catalogues of the modules. `{name}` is replaced by a parameter; texts never hold a value
 * that a client sent.
 */
import { type Locale } from './locale.ts';

export interface ProblemText {
  readonly title: string;
  readonly detail: string;
  /** What the reader can do about it. */
  readonly action: string;
}

export interface ProblemSpec {
  readonly status: number;
  readonly texts: Readonly<Record<Locale, ProblemText>>;
  /** Where repeating the request later makes sense. */
  readonly retryAfterSeconds?: number;
}

type Words = readonly [title: string, detail: string, action: string];

function text([title, detail, action]: Words): ProblemText {
  return { title, detail, action };
}

function problem(status: number, en: Words, zhCN: Words, retryAfterSeconds?: number): ProblemSpec {
  return { status, texts: { en: text(en), 'zh-CN': text(zhCN) }, retryAfterSeconds };
}

export const TECHNICAL_PROBLEMS = {
  // What cannot be read
  'malformed-request': problem(
    400,
    [
      'Malformed request',
      'The request is not valid HTTP.',
      'Check the client or what stands between.',
    ],
    ['请求格式错误', '该请求不是有效的 HTTP 请求。', '请检查客户端或中间的代理。'],
  ),
  'malformed-url': problem(
    400,
    [
      'Malformed URL',
      'The path or the query of the URL cannot be decoded.',
      'Percent-encode the URL as UTF-8.',
    ],
    ['URL 格式错误', 'URL 的路径或查询部分无法解码。', '请按 UTF-8 对 URL 进行百分号编码。'],
  ),
  'url-part-too-long': problem(
    414,
    [
      'URL too long',
      'A part of the path is longer than any id that this server gives.',
      'Check the id in the path.',
    ],
    ['URL 过长', '路径中的某一部分比本服务的任何标识都长。', '请检查路径中的标识。'],
  ),
  'headers-too-large': problem(
    431,
    [
      'Headers too large',
      'The header section is larger than this server reads.',
      'Send fewer or shorter headers.',
    ],
    ['请求头过大', '请求头超过本服务可读取的大小。', '请减少或缩短请求头。'],
  ),
  'expectation-failed': problem(
    417,
    [
      'Expectation not met',
      'The Expect header asks for something that this server does not do.',
      'Leave the Expect header out, or send 100-continue.',
    ],
    [
      '无法满足期望',
      'Expect 请求头要求了本服务不提供的行为。',
      '请省略 Expect 请求头，或使用 100-continue。',
    ],
  ),
  'receive-timeout': problem(
    408,
    [
      'Request not received in time',
      'The request did not arrive completely in time.',
      'Send it again on a stable connection.',
    ],
    ['请求接收超时', '请求未能在限定时间内完整到达。', '请在稳定的网络下重新发送。'],
    1,
  ),
  'malformed-json': problem(
    400,
    ['Malformed JSON', 'The body is not valid JSON in UTF-8.', 'Send one valid JSON object.'],
    ['JSON 格式错误', '请求正文不是有效的 UTF-8 JSON。', '请发送一个有效的 JSON 对象。'],
  ),
  'invalid-body': problem(
    400,
    ['No JSON object', 'The body is valid JSON, but not an object.', 'Send one JSON object.'],
    ['不是 JSON 对象', '请求正文是有效的 JSON，但不是对象。', '请发送一个 JSON 对象。'],
  ),
  'unsafe-field': problem(
    400,
    [
      'Field name not allowed',
      'The body has a field of a name that is reserved: {name}.',
      'Leave the field out.',
    ],
    ['字段名不允许', '请求正文中含有保留的字段名：{name}。', '请去掉该字段。'],
  ),
  'duplicate-field': problem(
    400,
    [
      'Field given twice',
      'An object of the body has the same field more than once.',
      'Give every field once.',
    ],
    ['字段重复', '请求正文的某个对象中同一字段出现多次。', '每个字段只能提供一次。'],
  ),
  'body-too-complex': problem(
    400,
    [
      'Body too complex',
      'The body is nested deeper than {depthMax} levels or has more than {membersMax} members.',
      'Send a simpler body.',
    ],
    [
      '请求正文过于复杂',
      '请求正文嵌套超过 {depthMax} 层，或成员超过 {membersMax} 个。',
      '请发送更简单的正文。',
    ],
  ),
  'body-incomplete': problem(
    400,
    [
      'Body incomplete',
      'The body is shorter or longer than its Content-Length says.',
      'Send it again on a stable connection.',
    ],
    ['请求正文不完整', '请求正文的长度与 Content-Length 不符。', '请在稳定的网络下重新发送。'],
  ),
  'body-too-large': problem(
    413,
    ['Body too large', 'The body is larger than this route takes.', 'Send less at once.'],
    ['请求正文过大', '请求正文超过该接口允许的大小。', '请减少单次发送的内容。'],
  ),
  'file-too-large': problem(
    413,
    [
      'File too large',
      'The file is larger than {bytesMax} bytes.',
      'Send a smaller file, or scan it at a lower resolution.',
    ],
    ['文件过大', '文件超过 {bytesMax} 字节。', '请发送更小的文件，或以较低分辨率扫描。'],
  ),
  'upload-malformed': problem(
    400,
    [
      'Malformed upload',
      'The multipart body cannot be read: it is cut off, or not one file with a few short fields.',
      'Send one file as multipart/form-data, on a stable connection.',
    ],
    [
      '上传格式错误',
      '无法读取 multipart 正文：内容中断，或不是一个文件加少量短字段。',
      '请在稳定的网络下以 multipart/form-data 上传一个文件。',
    ],
  ),
  'content-encoding-unsupported': problem(
    415,
    [
      'Content encoding not supported',
      'The body is compressed or encoded otherwise, which no route takes.',
      'Send it as it is, without a Content-Encoding.',
    ],
    [
      '不支持的内容编码',
      '请求正文经过压缩或其他编码，所有接口均不接受。',
      '请原样发送，不带 Content-Encoding。',
    ],
  ),
  'charset-unsupported': problem(
    415,
    [
      'Charset not supported',
      'The Content-Type names another charset than UTF-8 for JSON.',
      'Send JSON in UTF-8.',
    ],
    [
      '不支持的字符集',
      'Content-Type 为 JSON 指定了 UTF-8 以外的字符集。',
      '请以 UTF-8 发送 JSON。',
    ],
  ),
  'unsupported-media-type': problem(
    415,
    [
      'Media type not supported',
      'This route does not take a body of this Content-Type.',
      'Send application/json, or multipart/form-data where a file is uploaded.',
    ],
    [
      '不支持的媒体类型',
      '该接口不接受此 Content-Type 的正文。',
      '请发送 application/json；上传文件时使用 multipart/form-data。',
    ],
  ),
  // What can be read, and breaks the form of the route
  'unknown-field': problem(
    422,
    [
      'Unknown field',
      'The body has a field that this route does not know.',
      'Leave the field out, or check its spelling.',
    ],
    ['未知字段', '请求正文含有该接口不认识的字段。', '请去掉该字段，或检查拼写。'],
  ),
  'invalid-field': problem(
    422,
    [
      'Invalid field',
      'A field of the body breaks a rule of its form.',
      'Correct the fields that are listed.',
    ],
    ['字段无效', '请求正文中有字段不符合格式要求。', '请更正列出的字段。'],
  ),
  'unknown-parameter': problem(
    400,
    [
      'Unknown parameter',
      'The URL has a parameter that this route does not know.',
      'Leave the parameter out, or check its spelling.',
    ],
    ['未知参数', 'URL 含有该接口不认识的参数。', '请去掉该参数，或检查拼写。'],
  ),
  'invalid-parameter': problem(
    400,
    [
      'Invalid parameter',
      'A parameter of the URL breaks a rule of its form.',
      'Correct the parameters that are listed.',
    ],
    ['参数无效', 'URL 中有参数不符合格式要求。', '请更正列出的参数。'],
  ),
  'cursor-invalid': problem(
    400,
    [
      'Invalid cursor',
      'The cursor is not of this list, or was altered.',
      'Begin again without a cursor.',
    ],
    ['游标无效', '该游标不属于此列表，或已被改动。', '请不带游标重新开始。'],
  ),
  'position-token-invalid': problem(
    400,
    [
      'Invalid position token',
      'The position token cannot be read.',
      'Send the token as the answer gave it, or leave it out.',
    ],
    ['位置令牌无效', '无法读取该位置令牌。', '请原样发送应答中的令牌，或不发送。'],
  ),
  'position-token-of-another-store': problem(
    400,
    [
      'Position token of another store',
      'The position token was given by another event store than the one that serves now.',
      'Leave the token out, and begin again from the start.',
    ],
    [
      '位置令牌属于另一存储',
      '该位置令牌由另一个事件存储给出，与当前服务的存储不同。',
      '请去掉令牌，从头开始。',
    ],
  ),
  'position-unknown': problem(
    400,
    [
      'Unknown position',
      'The event store never gave this position.',
      'Begin again from a position that it gave.',
    ],
    ['未知位置', '事件存储从未给出过该位置。', '请从它给出过的位置重新开始。'],
  ),
  // Where it goes, and who asks
  'not-found': problem(
    404,
    [
      'No such route',
      'This server has no route of this path.',
      'Look it up in the OpenAPI page at /docs.',
    ],
    ['接口不存在', '本服务没有该路径的接口。', '请查阅 /docs 的 OpenAPI 页面。'],
  ),
  'not-found-here': problem(
    404,
    [
      'Not found',
      'Nothing of this kind and id is visible to you on this platform.',
      'Check the id and the platform that your token names.',
    ],
    ['未找到', '在该平台上，您看不到具有此标识的内容。', '请检查标识以及令牌所属的平台。'],
  ),
  'method-not-allowed': problem(
    405,
    [
      'Method not allowed',
      'This path does not know this method.',
      'Use one of the methods in the Allow header.',
    ],
    ['方法不允许', '该路径不支持此方法。', '请使用 Allow 响应头中列出的方法。'],
  ),
  unauthenticated: problem(
    401,
    [
      'Not signed in',
      'The request carries no bearer token that this server trusts.',
      'Send a valid token in the Authorization header.',
    ],
    ['未登录', '请求中没有本服务信任的令牌。', '请在 Authorization 请求头中发送有效的令牌。'],
  ),
  'token-expired': problem(
    401,
    [
      'Token expired',
      'The bearer token is past its end.',
      'Sign in again, and send the new token.',
    ],
    ['令牌已过期', '该令牌已超过有效期。', '请重新登录并使用新的令牌。'],
  ),
  'identity-provider-unavailable': problem(
    503,
    [
      'Tokens cannot be checked now',
      'The keys of the token issuer cannot be fetched.',
      'Wait, then send the same request again.',
    ],
    ['暂时无法验证令牌', '无法获取令牌签发方的密钥。', '请稍候，然后重新发送同一请求。'],
    5,
  ),
  forbidden: problem(
    403,
    [
      'Not allowed',
      'None of your roles on this platform may do this.',
      'Ask somebody who has the role, or an admin to grant it.',
    ],
    [
      '无权操作',
      '您在该平台上的角色均无权执行此操作。',
      '请联系具有相应角色的人员，或请管理员授权。',
    ],
  ),
  'access-revoked': problem(
    403,
    [
      'No standing on this platform',
      'The token is good, but this platform knows nobody active by it.',
      'Ask an admin of the platform to enrol or reinstate you.',
    ],
    [
      '在该平台无有效身份',
      '令牌有效，但该平台上没有与之对应的有效人员或账户。',
      '请联系平台管理员登记或恢复您的身份。',
    ],
  ),
  'dev-issuer-refused': problem(
    403,
    [
      'Local use only',
      'The development issuer answers direct requests of this machine alone.',
      'Ask it on a loopback address, without a proxy.',
    ],
    [
      '仅限本机使用',
      '开发用令牌签发只应答来自本机的直接请求。',
      '请通过回环地址直接访问，不要经过代理。',
    ],
  ),
  'rate-limited': problem(
    429,
    [
      'Too many requests',
      'You have sent more requests than this server takes from one sender.',
      'Wait, then go on more slowly.',
    ],
    ['请求过多', '您发送的请求超过本服务对单一来源的限制。', '请稍候，并放慢请求速度。'],
    10,
  ),
  // Repeating, and racing
  'idempotency-key-missing': problem(
    400,
    [
      'Idempotency-Key missing',
      'Every POST carries an Idempotency-Key, so that it can be repeated safely.',
      'Send a new random key, and the same key when you repeat the request.',
    ],
    [
      '缺少 Idempotency-Key',
      '每个 POST 请求都须带有 Idempotency-Key，以便安全地重试。',
      '请发送一个新的随机键；重试同一请求时使用相同的键。',
    ],
  ),
  'idempotency-key-invalid': problem(
    400,
    [
      'Idempotency-Key invalid',
      'An Idempotency-Key has 1 to 200 visible ASCII characters and is given once.',
      'Send a random key such as a UUID.',
    ],
    [
      'Idempotency-Key 无效',
      'Idempotency-Key 须为 1 到 200 个可见 ASCII 字符，且只能提供一次。',
      '请发送一个随机键，例如 UUID。',
    ],
  ),
  'idempotency-key-reused': problem(
    422,
    [
      'Idempotency-Key reused',
      'This key was used before, with another body.',
      'Send a new key for a new request.',
    ],
    ['Idempotency-Key 被重复使用', '该键此前已用于内容不同的请求。', '新的请求请使用新的键。'],
  ),
  'if-match-missing': problem(
    428,
    [
      'If-Match missing',
      'This command is made on a version, and says on which.',
      'Send If-Match with the ETag that you last read.',
    ],
    [
      '缺少 If-Match',
      '此命令须基于某个版本，并须注明版本。',
      '请在 If-Match 中发送最近读取到的 ETag。',
    ],
  ),
  'if-match-invalid': problem(
    400,
    [
      'If-Match invalid',
      'If-Match takes one strong ETag such as "12"; neither *, nor a weak one, nor a list.',
      'Send the ETag as the answer gave it.',
    ],
    [
      'If-Match 无效',
      'If-Match 只接受一个强 ETag，例如 "12"；不接受 *、弱 ETag 或列表。',
      '请原样发送应答中的 ETag。',
    ],
  ),
  'version-moved': problem(
    412,
    [
      'Changed meanwhile',
      'It has changed since the version that you name: it is now at version {version}.',
      'Read it again, look at what changed, and decide anew.',
    ],
    [
      '期间已发生变化',
      '自您注明的版本之后内容已变化，当前版本为 {version}。',
      '请重新读取，查看变化后再作决定。',
    ],
  ),
  'concurrent-change': problem(
    409,
    [
      'Changed at the same moment',
      'Others kept changing it while the command was being decided. Nothing was written.',
      'Send the same request again with the same Idempotency-Key.',
    ],
    [
      '同时发生变化',
      '在处理命令期间，内容被他人不断更改。未写入任何内容。',
      '请使用相同的 Idempotency-Key 重新发送同一请求。',
    ],
    1,
  ),
  'state-conflict': problem(
    409,
    [
      'Not possible now',
      'The state of things forbids this now.',
      'Read it again: what is possible depends on its state.',
    ],
    ['当前不可执行', '当前状态不允许此操作。', '请重新读取：可执行的操作取决于其状态。'],
  ),
  'rule-broken': problem(
    422,
    ['Rule broken', 'The request breaks a rule.', 'Correct the request.'],
    ['违反规则', '该请求违反了规则。', '请更正请求。'],
  ),
  // What is up with the server
  'store-unavailable': problem(
    503,
    [
      'Store unavailable',
      'The store cannot be reached or written now. What was sent may or may not have been done.',
      'Wait, then send the same request again with the same Idempotency-Key.',
    ],
    [
      '存储暂不可用',
      '目前无法访问或写入存储。已发送的请求可能已执行，也可能未执行。',
      '请稍候，然后使用相同的 Idempotency-Key 重新发送同一请求。',
    ],
    5,
  ),
  'event-damaged': problem(
    503,
    [
      'Damaged record',
      'A part of the history of what this is about is damaged, and cannot be read. Nothing was done.',
      'The operator has to restore the event log from its backup; the server log says where it is damaged.',
    ],
    [
      '记录已损坏',
      '所涉内容的部分历史记录已损坏，无法读取。未执行任何操作。',
      '需由运维人员从备份恢复事件日志；损坏之处见服务日志。',
    ],
    60,
  ),
  'store-unusable': problem(
    503,
    [
      'Store unusable',
      'The store is damaged, was written by a newer version, or is another than the one of this data; nothing is served from it.',
      'The operator has to look at the server log.',
    ],
    [
      '存储无法使用',
      '存储已损坏、由更新的版本写入，或并非与本数据对应的存储；不再由其提供服务。',
      '需由运维人员查看服务日志。',
    ],
    60,
  ),
  'event-of-newer-build': problem(
    503,
    [
      'Written by a newer version',
      'What this is about was changed by a newer version of the server, in a form that this one cannot read. Nothing was done.',
      'The operator has to run the newer version; the server log says what cannot be read.',
    ],
    [
      '由更新的版本写入',
      '所涉内容已由服务的更新版本修改，其形式本版本无法读取。未执行任何操作。',
      '需由运维人员运行更新的版本；无法读取的内容见服务日志。',
    ],
    60,
  ),
  'view-behind': problem(
    503,
    [
      'View behind',
      'The view has not yet reached what you ask for.',
      'Wait, then ask again with the same position.',
    ],
    ['视图滞后', '视图尚未处理到您要求的位置。', '请稍候，然后用相同的位置再次查询。'],
    1,
  ),
  deadline: problem(
    503,
    [
      'Out of time',
      'The request was not answered within its time. What was sent may or may not have been done.',
      'Send the same request again with the same Idempotency-Key.',
    ],
    [
      '处理超时',
      '请求未能在限定时间内得到应答。已发送的请求可能已执行，也可能未执行。',
      '请使用相同的 Idempotency-Key 重新发送同一请求。',
    ],
    1,
  ),
  'shutting-down': problem(
    503,
    [
      'Shutting down',
      'This server is finishing its work and takes no new requests.',
      'Send the same request again in a moment.',
    ],
    ['正在关闭', '本服务正在收尾，不再接受新的请求。', '请稍后重新发送同一请求。'],
    2,
  ),
  internal: problem(
    500,
    [
      'Internal error',
      'Something failed that should not have. It was logged under the trace id.',
      'Report the trace id; send the same request again with the same Idempotency-Key.',
    ],
    [
      '内部错误',
      '发生了意外的错误，已按跟踪号记录。',
      '请报告跟踪号；可使用相同的 Idempotency-Key 重新发送同一请求。',
    ],
  ),
} as const satisfies Record<string, ProblemSpec>;

export type TechnicalCode = keyof typeof TECHNICAL_PROBLEMS;
