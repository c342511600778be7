import { type Bot, type Context, InlineKeyboard } from 'grammy';
import { durationText, timeText } from '../../contract/notice/digits.ts';
import type { Notice } from '../../contract/notice/notice.ts';
import type { Action, Mute, Operator } from '../../ports/operator.ts';
import { CONFIRM_WITHIN_MS, type Confirmations } from './confirmations.ts';
import { parseDuration } from './duration.ts';
import { escapeHtml, renderAnswer } from './html.ts';
import { isAllowed, type Owners } from './owners.ts';
import type { Strangers } from './strangers.ts';

/** As `/help` and Telegram's own menu show them. */
export const COMMANDS: readonly { readonly command: string; readonly description: string }[] = [
  { command: 'status', description: 'market, health, accounts, messages' },
  { command: 'signals', description: 'live and last signals' },
  { command: 'positions', description: 'what is open' },
  { command: 'performance', description: 'what closed positions came to' },
  { command: 'why', description: 'why SYMBOL has a signal, or none: /why ETHUSDT' },
  { command: 'halt', description: 'no new entries, at once' },
  { command: 'resume', description: 'entries again (asks first)' },
  { command: 'close', description: 'close SYMBOL (asks first): /close ETHUSDT' },
  { command: 'flatten', description: 'close everything and halt (asks first)' },
  { command: 'mute', description: 'alarms only for a while: /mute 2h, /mute off' },
  { command: 'help', description: 'this list' },
];

export interface CommandParts {
  readonly operator: Operator;
  readonly mute: Mute;
  readonly owners: Owners;
  readonly strangers: Strangers;
  readonly confirmations: Confirmations;
  /** House time, UTC milliseconds. */
  readonly nowMs: () => number;
  /** Every command of an owner, and what became of it. */
  readonly onCommand: (by: string, text: string) => void;
}

/** A command that was sent longer ago is not obeyed: it lay in Telegram while nobody was here, and times have changed. */
const TOO_OLD_MS = 120_000;

/** Puts the commands on a bot. Whoever is no owner gets nothing, not even an error. */
export function addCommands(bot: Bot, parts: CommandParts): void {
  const { operator, owners, strangers } = parts;
  bot.use(async (ctx, next) => {
    if (isAllowed(ctx, owners)) return next();
    strangers.count(ctx.from?.id);
  });
  bot.on('message', async (ctx, next) => {
    const ageMs = parts.nowMs() - ctx.message.date * 1_000;
    // That nothing new is opened is right however late it comes, and whatever a wrong clock says of its age.
    if (!isCommand(ctx) || ageMs <= TOO_OLD_MS || ctx.hasCommand('halt')) return next();
    const late = `It was sent at ${timeText(ctx.message.date * 1_000)}, ${durationText(ageMs)} ago by this machine's clock.`;
    parts.onCommand(byOf(ctx), `${ctx.message.text ?? ''}: too old, not obeyed`);
    await reply(ctx, `<b>Not done: too old</b>\n${escapeHtml(late)} If you still want it, send it again.`);
  });

  bot.command(['help', 'start'], (ctx) => reply(ctx, helpText()));
  bot.command('status', (ctx) => tell(ctx, operator.status()));
  bot.command('signals', (ctx) => tell(ctx, operator.signals()));
  bot.command('positions', (ctx) => tell(ctx, operator.positions()));
  bot.command('performance', (ctx) => tell(ctx, operator.performance()));
  bot.command('why', (ctx) => withSymbol(ctx, (symbol) => tell(ctx, operator.why(symbol))));
  // Stopping must never wait for a second thought.
  bot.command('halt', (ctx) => act(ctx, { kind: 'halt' }, parts));
  bot.command('resume', (ctx) => ask(ctx, { kind: 'resume' }, parts));
  bot.command('flatten', (ctx) => ask(ctx, { kind: 'flatten' }, parts));
  bot.command('close', (ctx) => withSymbol(ctx, (symbol) => ask(ctx, { kind: 'close', symbol }, parts)));
  bot.command('mute', (ctx) => mute(ctx, parts));
  bot.callbackQuery(/^(yes|no):([0-9a-f]{8,60})$/, (ctx) => confirmed(ctx, parts));
  bot.on('callback_query:data', (ctx) =>
    ctx.answerCallbackQuery({ text: 'This button is not known here.' }).then(nothing),
  );
  bot.on('message:text', async (ctx) => {
    if (isCommand(ctx)) await reply(ctx, 'That is none of the commands. /help lists them.');
  });
}

type MessageContext = Context & { match?: string | RegExpMatchArray | undefined };

function withSymbol(ctx: MessageContext, then: (symbol: string) => Promise<void>): Promise<void> {
  const symbol = String(ctx.match ?? '').trim();
  const command = ctx.message?.text?.split(/[\s@]/, 1)[0] ?? '';
  return symbol === '' ? reply(ctx, `Which symbol? Such as <code>${escapeHtml(command)} ETHUSDT</code>`) : then(symbol);
}

async function act(ctx: Context, action: Action, { operator, onCommand }: CommandParts): Promise<void> {
  const notice = await operator.act(action, byOf(ctx));
  onCommand(byOf(ctx), `${describe(action)}: ${notice.title}`);
  await tell(ctx, notice);
}

/** Says what would be done, and waits for the button. */
async function ask(ctx: Context, action: Action, { operator, confirmations }: CommandParts): Promise<void> {
  const plan = operator.plan(action);
  if (plan.isEmpty) return tell(ctx, plan.notice);
  const code = confirmations.ask(action, ctx.from?.id ?? 0);
  const keyboard = new InlineKeyboard().text(`Yes, ${describe(action)}`, `yes:${code}`).text('No', `no:${code}`);
  const within = `\n\nConfirm within ${CONFIRM_WITHIN_MS / 1_000} s.`;
  await ctx.reply(`${renderAnswer(plan.notice)}${within}`, { parse_mode: 'HTML', reply_markup: keyboard });
}

async function confirmed(ctx: MessageContext, { operator, confirmations, onCommand }: CommandParts): Promise<void> {
  const [, answer = '', code = ''] = ctx.match as RegExpMatchArray;
  const action = confirmations.take(code, ctx.from?.id ?? 0);
  if (action === undefined) {
    await ctx.answerCallbackQuery({ text: 'Expired or already used: send the command again.' });
    return;
  }
  if (answer === 'no') {
    onCommand(byOf(ctx), `${describe(action)}: not confirmed`);
    await ctx.answerCallbackQuery({ text: 'Nothing was done.' });
    await ctx.editMessageText('Nothing was done.');
    return;
  }
  // First what was asked for; the spinner on the button can wait, and may fail.
  const notice = await operator.act(action, byOf(ctx));
  onCommand(byOf(ctx), `${describe(action)}: ${notice.title}`);
  await ctx.answerCallbackQuery().catch(nothing);
  await ctx.editMessageText(renderAnswer(notice), { parse_mode: 'HTML' }).catch(() => tell(ctx, notice));
}

async function mute(ctx: MessageContext, parts: CommandParts): Promise<void> {
  const { mute: state, nowMs, onCommand } = parts;
  const wanted = String(ctx.match ?? '').trim();
  if (wanted === '') {
    const { current } = state;
    const until = current === undefined ? '' : `Alarms only until ${timeText(current.untilMs)}, by ${current.by}.`;
    return reply(ctx, `${escapeHtml(until) || 'Nothing is muted.'} <code>/mute 2h</code>, <code>/mute off</code>`);
  }
  onCommand(byOf(ctx), `mute ${wanted}`);
  const forMs = wanted === 'off' ? undefined : parseDuration(wanted);
  if (forMs?.ok === false) return reply(ctx, escapeHtml(forMs.problem));
  const untilMs = forMs && nowMs() + forMs.value;
  const problem = await state.set(untilMs, byOf(ctx));
  if (problem !== undefined) {
    return reply(ctx, `<b>mute FAILED</b>\n${escapeHtml(problem)}. It may or may not have taken place.`);
  }
  if (untilMs === undefined) return reply(ctx, 'Everything is told again.');
  return reply(ctx, `Alarms only until ${timeText(untilMs)}. How much was not told is said then.`);
}

const tell = (ctx: Context, notice: Notice): Promise<void> => reply(ctx, renderAnswer(notice));

const reply = (ctx: Context, html: string): Promise<void> => ctx.reply(html, { parse_mode: 'HTML' }).then(nothing);

const isCommand = (ctx: Context): boolean => ctx.message?.text?.startsWith('/') === true;

/** As the journal keeps it. A name can be changed by whoever has it; the number cannot. */
const byOf = (ctx: Context): string => `telegram:${ctx.from?.id ?? 'unknown'}`;

const describe = (action: Action): string => (action.kind === 'close' ? `close ${action.symbol}` : action.kind);

const helpText = (): string =>
  COMMANDS.map(({ command, description }) => `/${command} ${escapeHtml(description)}`).join('\n');

const nothing = (): void => undefined;
