/**
 * The security matrix: what becomes of a request that is right but for one thing, on every route there is. Every cell
 * was decided by hand and says either how the request is refused or why it is let in; the test walks all of them on a
 * real server. `docs/security.md` shows the same tables.
 */

/** A word of the matrix without a plus: this status, and this code of `src/contract/refusal.ts`. */
export const REFUSED = {
  host: { status: 421, code: 'foreign_host', because: 'the name in `Host` is not one of this server (DNS rebinding)' },
  origin: { status: 403, code: 'foreign_origin', because: 'a page of another site sent it' },
  page: { status: 403, code: 'foreign_page', because: 'a browser says that another site is behind it' },
  json: { status: 415, code: 'not_json', because: 'a web page can send `text/plain` without asking, JSON it cannot' },
  key: { status: 401, code: 'unauthorized', because: 'there is no key that counts, and here one is needed' },
  read: { status: 403, code: 'wrong_scope', because: 'the key is good, and lacks the scope `read`' },
  publish: { status: 403, code: 'wrong_scope', because: 'the key is good, and lacks the scope `publish`' },
  execute: { status: 403, code: 'wrong_scope', because: 'the key is good, and lacks the scope `execute`' },
  report: { status: 403, code: 'wrong_scope', because: 'the key is good, and lacks the scope `report`' },
  admin: { status: 403, code: 'wrong_scope', because: 'the key is good, and lacks the scope `admin`' },
  guide: { status: 403, code: 'wrong_scope', because: 'a key in the path needs the scope `guide`' },
  path: { status: 404, code: 'unknown_path', because: 'for who asks this way there is nothing at this path' },
  size: { status: 413, code: 'body_too_large', because: 'a body may have 64 KiB; more is not even read' },
  form: { status: 400, code: 'malformed_request', because: 'it has a field that is not known here' },
  signal: { status: 404, code: 'unknown_signal', because: 'no signal has this id' },
  symbol: { status: 422, code: 'unknown_symbol', because: 'no instrument of this name is watched' },
  delivery: { status: 404, code: 'unknown_delivery', because: 'no delivery has this id' },
  account: { status: 404, code: 'unknown_account', because: 'no account has this name' },
  epoch: { status: 409, code: 'stale_epoch', because: 'no session that holds an account has this id' },
} as const;

/** A word with a plus: answered as if the one thing were not there. The point: the route has nothing of the kind. */
export const ALLOWED = {
  '+here': 'whoever can start programs on this machine may use what the guide and its pages offer',
  '+any': 'condition without signals, prices or keys: everybody may see it, so that a far machine can be diagnosed',
  '+door': 'it brings a code that is good once, and is given what that is worth and nothing else',
  '+key': 'the key has the scope; the machine does not matter then',
  '+guide': "the key in the path is for the guide's routes, and this is one of them",
  '+net': "`api.networks` names this network, and this is one of the guide's routes",
  '+link': 'a link from elsewhere may lead to a page: the browser shows it to its user, and to no other site',
  '+unread': 'nobody reads this part of the request, so nothing can come of it',
  '+text': 'any text may be asked for as a symbol; no signal has this one',
  '.': 'no part of the path is open here',
} as const;

/** What is wrong with the request of each column. Everything else about it is right. */
export const COLUMNS_SAY = {
  host: '`Host: evil.example`, as after DNS rebinding',
  origin: '`Origin: https://evil.example`',
  fetch: '`Sec-Fetch-Site: cross-site` and mode `cors`: a script of another site',
  link: '`Sec-Fetch-Site: cross-site` and mode `navigate`: a link or a form on another site',
  plain: 'the body as `text/plain`; a GET with such a body',
  'no key': 'from this machine, without a key',
  'wrong scope': 'from this machine, with a key that has every scope but the one that the cell names',
  revoked: 'from this machine, with a key that was revoked',
  other: 'from another machine, without a key',
  'other, key': 'from another machine, with a key that has the scope which `wrong scope` names, and no other',
  'other, /t/': 'from another machine, with a key of scope `guide` in the path',
  '/t/ wrong': 'from another machine, with a key in the path that has every scope but `guide`',
  '/t/ revoked': 'from another machine, with a key in the path that was revoked',
  network: 'from a machine of a network in `api.networks`, without a key',
  cookie:
    'from another machine, with a key that has the scope which `wrong scope` names, and no other, in the cookie of the dashboard',
  'cookie revoked': 'from another machine, with a key in that cookie that was revoked',
  '65 KiB': 'a body of 65 KiB',
  'unknown field': 'a field that nobody knows in the body; a GET with such a body',
  '{__proto__}': 'a key `__proto__` in the body; a GET with such a body',
  '{constructor}': 'a key `constructor` in the body; a GET with such a body',
  '?__proto__': '`__proto__` as a parameter of the query',
  '?constructor': '`constructor` as a parameter of the query',
  '/__proto__': '`__proto__` in the open part of the path',
  '/constructor': '`constructor` in the open part of the path',
} as const;

/** What a web page in the browser of a user of this machine could send. The rest of the request, key and all, is right. */
export const FROM_A_WEB_PAGE = `
| host | origin | fetch | link  | plain
GET /                                 | host | origin | page  | +link | json
GET /docs                             | host | origin | page  | +link | json
GET /docs/*                           | host | origin | page  | page  | json
GET /api/openapi.json                 | host | origin | page  | page  | json
GET /dashboard                        | host | origin | page  | +link | json
GET /dashboard/*                      | host | origin | page  | page  | json
POST /dashboard/enter                 | host | origin | page  | page  | json
POST /dashboard/leave                 | host | origin | page  | page  | json
GET /api/signals                      | host | origin | page  | page  | json
GET /api/signals/latest               | host | origin | page  | page  | json
GET /api/signals/history              | host | origin | page  | page  | json
POST /api/signals/acknowledge         | host | origin | page  | page  | json
GET /api/signals/*                    | host | origin | page  | page  | json
GET /api/health                       | host | origin | page  | page  | json
GET /api/stats                        | host | origin | page  | page  | json
GET /api/v1/signals                   | host | origin | page  | page  | json
POST /api/v1/signals                  | host | origin | page  | page  | json
GET /api/v1/signals/:id               | host | origin | page  | page  | json
PATCH /api/v1/signals/:id             | host | origin | page  | page  | json
POST /api/v1/signals/:id/cancel       | host | origin | page  | page  | json
POST /api/v1/signals/:id/close        | host | origin | page  | page  | json
POST /api/v1/signals/:id/claim        | host | origin | page  | page  | json
GET /api/v1/sessions                  | host | origin | page  | page  | json
POST /api/v1/sessions                 | host | origin | page  | page  | json
POST /api/v1/sessions/:id/heartbeat   | host | origin | page  | page  | json
DELETE /api/v1/sessions/:id           | host | origin | page  | page  | json
GET /api/v1/events                    | host | origin | page  | page  | json
GET /api/v1/stream                    | host | origin | page  | page  | json
GET /api/v1/market/stream             | host | origin | page  | page  | json
POST /api/v1/deliveries/:id/reports   | host | origin | page  | page  | json
GET /api/v1/deliveries                | host | origin | page  | page  | json
POST /api/v1/deliveries/:id/resolve   | host | origin | page  | page  | json
GET /api/v1/accounts                  | host | origin | page  | page  | json
POST /api/v1/accounts/:account/halt   | host | origin | page  | page  | json
POST /api/v1/accounts/:account/resume | host | origin | page  | page  | json
GET /api/v1/instruments               | host | origin | page  | page  | json
GET /api/v1/instruments/:symbol       | host | origin | page  | page  | json
GET /api/v1/bars                      | host | origin | page  | page  | json
GET /api/v1/silences                  | host | origin | page  | page  | json
GET /api/v1/config                    | host | origin | page  | page  | json
POST /api/v1/accounts/:account/statement| host | origin | page  | page  | json
GET /api/v1/positions                   | host | origin | page  | page  | json
POST /api/v1/positions/:id/close        | host | origin | page  | page  | json
POST /api/v1/positions/:id/settle       | host | origin | page  | page  | json
GET /api/v1/performance                 | host | origin | page  | page  | json
GET /api/v1/risk                        | host | origin | page  | page  | json
POST /api/v1/risk/halt                  | host | origin | page  | page  | json
POST /api/v1/risk/resume                | host | origin | page  | page  | json
POST /api/v1/risk/flatten               | host | origin | page  | page  | json
GET /api/v1/ledgers                     | host | origin | page  | page  | json
GET /api/v1/notices                   | host | origin | page  | page  | json
POST /api/v1/notices/mute             | host | origin | page  | page  | json
POST /api/v1/notices/unmute           | host | origin | page  | page  | json
GET /api/v1/time                      | host | origin | page  | page  | json
GET /api/v1/metrics                   | host | origin | page  | page  | json
`;

/** Who asks: from this machine, then from another one, then from one of a network in `api.networks`. */
export const WHO_ASKS = `
                                      | no key | wrong scope | revoked | other | other, key | other, /t/ | /t/ wrong | /t/ revoked | network | cookie     | cookie revoked
GET /                                 | +here  | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /docs                             | +here  | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /docs/*                           | +here  | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/openapi.json                 | +here  | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /dashboard                        | +any   | +any        | key     | +any  | +any       | +guide     | guide     | key         | +any | +any       | +any
GET /dashboard/*                      | +any   | +any        | key     | +any  | +any       | +guide     | guide     | key         | +any | +any       | +any
POST /dashboard/enter                 | +door  | read        | key     | +door | +key       | path       | guide     | key         | +door | +key       | +door
POST /dashboard/leave                 | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/signals                      | +here  | read        | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
GET /api/signals/latest               | +here  | read        | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
GET /api/signals/history              | +here  | read        | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
POST /api/signals/acknowledge         | +here  | report      | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
GET /api/signals/*                    | +here  | read        | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
GET /api/health                       | +any   | +any        | key     | +any  | +any       | +guide     | guide     | key         | +any | +any       | +any
GET /api/stats                        | +here  | read        | key     | key   | +key       | +guide     | guide     | key         | +net | +key       | key
GET /api/v1/signals                   | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/signals                  | key    | publish     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/signals/:id               | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
PATCH /api/v1/signals/:id             | key    | publish     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/signals/:id/cancel       | key    | publish     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/signals/:id/close        | key    | publish     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/signals/:id/claim        | key    | execute     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/sessions                  | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/sessions                 | key    | execute     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/sessions/:id/heartbeat   | key    | execute     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
DELETE /api/v1/sessions/:id           | key    | execute     | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/events                    | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/stream                    | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/market/stream             | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/deliveries/:id/reports   | key    | report      | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/deliveries                | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/deliveries/:id/resolve   | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/accounts                  | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/accounts/:account/halt   | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/accounts/:account/resume | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/instruments               | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/instruments/:symbol       | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/bars                      | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/silences                  | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/config                    | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/accounts/:account/statement | key | report | key | key | +key | path | guide | key | key | +key | key
GET /api/v1/positions | key | read | key | key | +key | path | guide | key | key | +key | key
POST /api/v1/positions/:id/close | key | admin | key | key | +key | path | guide | key | key | +key | key
POST /api/v1/positions/:id/settle | key | admin | key | key | +key | path | guide | key | key | +key | key
GET /api/v1/performance | key | read | key | key | +key | path | guide | key | key | +key | key
GET /api/v1/risk | key | read | key | key | +key | path | guide | key | key | +key | key
POST /api/v1/risk/halt | key | admin | key | key | +key | path | guide | key | key | +key | key
POST /api/v1/risk/resume | key | admin | key | key | +key | path | guide | key | key | +key | key
POST /api/v1/risk/flatten | key | admin | key | key | +key | path | guide | key | key | +key | key
GET /api/v1/ledgers | key | read | key | key | +key | path | guide | key | key | +key | key
GET /api/v1/notices                   | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/notices/mute             | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
POST /api/v1/notices/unmute           | key    | admin       | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/time                      | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
GET /api/v1/metrics                   | key    | read        | key     | key   | +key       | path       | guide     | key         | key | +key       | key
`;

/** What is sent by somebody who may ask: in the body, in the query, in the path. */
export const WHAT_IS_SENT = `
                                      | 65 KiB | unknown field | {__proto__} | {constructor} | ?__proto__ | ?constructor | /__proto__ | /constructor
GET /                                 | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /docs                             | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /docs/*                           | size   | +unread       | +unread   | +unread     | +unread    | +unread      | path       | path
GET /api/openapi.json                 | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /dashboard                        | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /dashboard/*                      | size   | +unread       | +unread   | +unread     | +unread    | +unread      | path       | path
POST /dashboard/enter                 | size   | form          | form      | form        | +unread    | +unread      | .          | .
POST /dashboard/leave                 | size   | form          | form      | form        | +unread    | +unread      | .          | .
GET /api/signals                      | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/signals/latest               | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/signals/history              | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/signals/acknowledge         | size   | form          | form      | form        | +unread    | +unread      | .          | .
GET /api/signals/*                    | size   | +unread       | +unread   | +unread     | +unread    | +unread      | +text      | +text
GET /api/health                       | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/stats                        | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/signals                   | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
POST /api/v1/signals                  | size   | form          | form      | form        | +unread    | +unread      | .          | .
GET /api/v1/signals/:id               | size   | +unread       | +unread   | +unread     | +unread    | +unread      | signal     | signal
PATCH /api/v1/signals/:id             | size   | form          | form      | form        | +unread    | +unread      | signal     | signal
POST /api/v1/signals/:id/cancel       | size   | form          | form      | form        | +unread    | +unread      | signal     | signal
POST /api/v1/signals/:id/close        | size   | form          | form      | form        | +unread    | +unread      | signal     | signal
POST /api/v1/signals/:id/claim        | size   | form          | form      | form        | +unread    | +unread      | signal     | signal
GET /api/v1/sessions                  | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/v1/sessions                 | size   | form          | form      | form        | +unread    | +unread      | .          | .
POST /api/v1/sessions/:id/heartbeat   | size   | form          | form      | form        | +unread    | +unread      | epoch      | epoch
DELETE /api/v1/sessions/:id           | size   | form          | form      | form        | +unread    | +unread      | epoch      | epoch
GET /api/v1/events                    | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
GET /api/v1/stream                    | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
GET /api/v1/market/stream             | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
POST /api/v1/deliveries/:id/reports   | size   | form          | form      | form        | +unread    | +unread      | delivery   | delivery
GET /api/v1/deliveries                | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
POST /api/v1/deliveries/:id/resolve   | size   | form          | form      | form        | +unread    | +unread      | delivery   | delivery
GET /api/v1/accounts                  | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/v1/accounts/:account/halt   | size   | form          | form      | form        | +unread    | +unread      | account    | account
POST /api/v1/accounts/:account/resume | size   | form          | form      | form        | +unread    | +unread      | account    | account
GET /api/v1/instruments               | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/instruments/:symbol       | size   | +unread       | +unread   | +unread     | +unread    | +unread      | symbol     | symbol
GET /api/v1/bars                      | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
GET /api/v1/silences                  | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/config                    | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/v1/accounts/:account/statement| size   | form          | form      | form        | +unread    | +unread      | account    | account
GET /api/v1/positions                   | size   | +unread       | +unread   | +unread     | form       | form         | .          | .
POST /api/v1/positions/:id/close        | size   | form          | form      | form        | +unread    | +unread      | delivery   | delivery
POST /api/v1/positions/:id/settle       | size   | form          | form      | form        | +unread    | +unread      | delivery   | delivery
GET /api/v1/performance                 | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/risk                        | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/v1/risk/halt                  | size   | form          | form      | form        | +unread    | +unread      | .          | .
POST /api/v1/risk/resume                | size   | form          | form      | form        | +unread    | +unread      | .          | .
POST /api/v1/risk/flatten               | size   | form          | form      | form        | +unread    | +unread      | .          | .
GET /api/v1/ledgers                     | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/notices                   | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
POST /api/v1/notices/mute             | size   | form          | form      | form        | +unread    | +unread      | .          | .
POST /api/v1/notices/unmute           | size   | form          | form      | form        | +unread    | +unread      | .          | .
GET /api/v1/time                      | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
GET /api/v1/metrics                   | size   | +unread       | +unread   | +unread     | +unread    | +unread      | .          | .
`;
