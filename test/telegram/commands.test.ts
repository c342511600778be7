import assert from 'node:assert/strict';
import { it } from 'node:test';
import { OWNER, Talk } from './talk.ts';

const STRANGER = 666;
/** What never comes fails, long before the whole run would. */
const timeout = 60_000;

it('answers its owner, in the words of the house, and says what market it is', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  for (const [command, title] of [
    ['/status', 'Status: healthy'],
    ['/signals', 'No live signal'],
    ['/positions', 'Nothing is open'],
    ['/performance', 'Nothing was closed yet'],
    ['/why ethusdt', 'Why ethusdt'],
    ['/status@tapewire_test_bot', 'Status: healthy'],
  ] as const) {
    const text = await talk.answer(() => talk.api.write(OWNER, command));
    assert.deepEqual(text.split('\n').slice(0, 2), ['⚠️ SIMULATED medium: not a real market', title]);
  }
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/help')), /\/flatten close everything/);
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/why')), /Which symbol\? Such as \/why ETHUSDT/);
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/nonsense')), /none of the commands/);
  assert.deepEqual([talk.operator.acts, talk.failures], [[], []]);
});

it('gives a stranger nothing, whatever is tried, and counts it', { timeout }, async (t) => {
  const talk = await Talk.begin(t, [OWNER, STRANGER]);
  const code = await confirmationOf(talk, '/flatten');
  const before = talk.api.calls.length;
  for (const text of ['/start', '/status', '/halt', '/flatten', '/help', 'hello']) talk.api.write(STRANGER, text);
  talk.api.press(STRANGER, `yes:${code}`);
  // Passed on by the owner, and said by the owner where others read along.
  talk.api.write(OWNER, '/halt', { forward_origin: { type: 'user', date: 0, sender_user: { id: STRANGER } } });
  talk.api.write(OWNER, '/status', { chat: { id: -1001, type: 'group', title: 'Others' } });
  await talk.heard();
  const methods = new Set(talk.api.calls.slice(before).map(({ method }) => method));
  assert.deepEqual([...methods], ['getUpdates']);
  assert.deepEqual(talk.operator.acts, []);
  assert.equal(talk.strangers.messages, 9);
  assert.deepEqual(talk.newStrangers, [STRANGER, OWNER]);
  // The owner's button was not used up by the stranger's press.
  talk.api.press(OWNER, `yes:${code}`);
  await talk.api.until(() => talk.api.edits.length > 0);
  assert.deepEqual(talk.operator.acts, [{ action: { kind: 'flatten' }, by: `telegram:${OWNER}` }]);
});

it('halts at once, and asks before whatever else is dangerous', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/halt')), /Done: halt/);
  for (const command of ['/resume', '/close ETHUSDT', '/flatten']) {
    const done = talk.operator.acts.length;
    const code = await confirmationOf(talk, command);
    assert.equal(talk.operator.acts.length, done, `${command} waits`);
    talk.api.press(OWNER, `yes:${code}`);
    await talk.api.until(() => talk.operator.acts.length > done && talk.api.edits.length === done);
  }
  assert.deepEqual(
    talk.operator.acts.map(({ action }) => action),
    [{ kind: 'halt' }, { kind: 'resume' }, { kind: 'close', symbol: 'ETHUSDT' }, { kind: 'flatten' }],
  );
  assert.match(talk.api.edits.at(-1)?.text ?? '', /Done: flatten/);
});

it('takes a confirmation once, within a minute, and not at all after a No', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  const used = await confirmationOf(talk, '/flatten');
  const refused = await confirmationOf(talk, '/flatten');
  const expired = await confirmationOf(talk, '/flatten');
  const pressed = async (data: string): Promise<string> => {
    const before = talk.api.answered.length;
    talk.api.press(OWNER, data);
    await talk.api.until(() => talk.api.answered.length > before);
    return talk.api.answered.at(-1)!;
  };
  assert.equal(await pressed(`yes:${used}`), '');
  assert.match(await pressed(`yes:${used}`), /Expired or already used/);
  assert.match(await pressed(`no:${refused}`), /Nothing was done/);
  assert.match(await pressed(`yes:${refused}`), /Expired or already used/);
  talk.laterMs = 60_001;
  assert.match(await pressed(`yes:${expired}`), /Expired or already used/);
  assert.match(await pressed('yes:00112233445566778899aabbccddeeff'), /Expired or already used/);
  assert.match(await pressed('something else'), /not known here/);
  assert.equal(talk.operator.acts.length, 1);
});

it('executes a command once, though the program dies behind it, and forgets every button', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  const code = await confirmationOf(talk, '/flatten');
  // Killed before Telegram hears that the command was taken: it will be offered again.
  let haltId = Number.POSITIVE_INFINITY;
  talk.api.fault = ({ method, payload }) =>
    method === 'getUpdates' && Number(payload.offset) > haltId ? { kind: 'reset_before' } : { kind: 'none' };
  await talk.answer(() => {
    haltId = talk.api.write(OWNER, '/halt');
  });
  assert.ok(talk.api.pending > 0);
  await talk.restart();
  talk.api.fault = () => ({ kind: 'none' });
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/status')), /Status/);
  assert.deepEqual(
    talk.operator.acts.map(({ action }) => action.kind),
    ['halt'],
  );
  talk.api.press(OWNER, `yes:${code}`);
  await talk.api.until(() => talk.api.answered.length > 0);
  assert.match(talk.api.answered[0]!, /Expired or already used/);
  assert.equal(talk.operator.acts.length, 1);
});

it('does not obey what lay at Telegram for minutes, but a halt', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  const date = Math.floor(Date.now() / 1_000) - 600;
  for (const command of ['/flatten', '/resume', '/mute 1d']) {
    const text = await talk.answer(() => talk.api.write(OWNER, command, { date }));
    assert.match(text, /Not done: too old\n.*10 min ago/);
  }
  assert.deepEqual([talk.operator.acts, talk.muted], [[], []]);
  assert.match(await talk.answer(() => talk.api.write(OWNER, '/halt', { date })), /Done: halt/);
});

it('mutes for a while, and says what it cannot read', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  const say = (text: string) => talk.answer(() => talk.api.write(OWNER, text));
  assert.match(await say('/mute'), /Nothing is muted/);
  assert.match(await say('/mute 2h'), /Alarms only until .* UTC/);
  assert.match(await say('/mute forever'), /How long\?/);
  assert.match(await say('/mute off'), /Everything is told again/);
  const [muted, ended] = talk.muted;
  assert.ok(Math.abs(Number(muted?.untilMs) - Date.now() - 7_200_000) < 60_000);
  const by = `telegram:${OWNER}`;
  assert.deepEqual([talk.muted.length, muted?.by, ended], [2, by, { untilMs: undefined, by }]);
  talk.muteProblem = 'the journal failed: the disk is full';
  assert.match(await say('/mute 2h'), /mute FAILED\nthe journal failed: the disk is full\. It may or may not/);
});

it('says by name why it hears nothing, and hears again', { timeout }, async (t) => {
  const talk = await Talk.begin(t);
  await talk.answer(() => talk.api.write(OWNER, '/status'));
  const conflict = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
  talk.api.fault = ({ method }) =>
    method === 'getUpdates' ? { kind: 'answer', code: 409, description: conflict } : { kind: 'none' };
  await talk.api.until(() => talk.troubles.some((trouble) => trouble?.includes('another program hears') === true));
  talk.api.fault = () => ({ kind: 'none' });
  await talk.answer(() => talk.api.write(OWNER, '/status'));
  await talk.heard();
  assert.equal(talk.troubles.at(-1), undefined);
});

/** Asks for something dangerous. @returns the code of its button */
async function confirmationOf(talk: Talk, command: string): Promise<string> {
  assert.match(await talk.answer(() => talk.api.write(OWNER, command)), /Confirm within 60 s/);
  const [yes = ''] = talk.api.messages.at(-1)!.buttons;
  return yes.replace('yes:', '');
}
