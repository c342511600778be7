import type { z } from 'zod';
import * as deliveries from './delivery.ts';
import * as events from './event.ts';
import * as execution from './execution.ts';
import { direction, intent, riskMode, timeframe } from './fields.ts';
import * as notices from './notice.ts';
import * as positions from './position.ts';
import { problem, problemHolder } from './problem.ts';
import * as signals from './signal.ts';
import * as views from './view.ts';

/**
 * The shapes of /api/v1 by the names that generated clients give their types. Whatever is an object on the wire has one, so
 * that no generator has to invent it.
 */

type Shapes = Readonly<Record<string, z.ZodType>>;

/** `delivery.in_doubt` -> `DeliveryInDoubtEvent`. */
export const eventName = (type: string): string =>
  `${type.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase())}Event`;

const WORDS: Shapes = {
  Direction: direction,
  Intent: intent,
  Timeframe: timeframe,
  RiskMode: riskMode,
  SignalState: signals.signalState,
  DeliveryState: deliveries.deliveryState,
  ReportType: deliveries.reportType,
  Leg: deliveries.leg,
  Resolution: deliveries.resolution,
  ReportFlag: deliveries.reportFlag,
  PositionState: positions.positionState,
  PositionFilter: positions.positionFilter,
  LatencyStageName: deliveries.stageName,
};

/** What clients send. */
export const REQUESTS: Shapes = {
  PublishRequest: signals.publishRequest,
  AmendRequest: signals.amendRequest,
  CancelRequest: signals.cancelRequest,
  CloseRequest: signals.closeRequest,
  SessionRequest: execution.sessionRequest,
  HeartbeatRequest: execution.heartbeatRequest,
  ClaimRequest: execution.claimRequest,
  Report: execution.reportRequest,
  ResolveRequest: deliveries.resolveRequest,
  HaltRequest: execution.haltRequest,
  ResumeRequest: execution.resumeRequest,
  StatementRequest: positions.statementRequest,
  ClosePositionRequest: positions.closePositionRequest,
  SettleRequest: positions.settleRequest,
  KillRequest: positions.killRequest,
  MuteRequest: notices.muteRequest,
  UnmuteRequest: notices.unmuteRequest,
};

/** What they are answered and told. Members may be added to these. */
export const ANSWERS: Shapes = {
  Signal: signals.signal,
  Vote: signals.vote,
  Outcome: signals.outcome,
  SignalPage: signals.signalPage,
  SignalAnswer: signals.signalAnswer,
  Published: signals.published,
  Delivery: deliveries.delivery,
  DeliveryStep: deliveries.deliveryStep,
  ToldReport: deliveries.toldReport,
  LatencyStage: deliveries.latencyStage,
  DeliveryPage: deliveries.deliveryPage,
  DeliveryAnswer: deliveries.deliveryAnswer,
  Session: execution.session,
  SessionPage: execution.sessionPage,
  SessionOpened: execution.sessionOpened,
  Heartbeat: execution.heartbeatAnswer,
  SessionReleased: execution.sessionReleased,
  Grant: execution.grant,
  ReportAnswer: execution.reportAnswer,
  Account: execution.account,
  AccountHolder: execution.accountHolder,
  AccountPage: execution.accountPage,
  AccountAnswer: execution.accountAnswer,
  Position: positions.position,
  PositionExit: positions.positionExit,
  PositionPage: positions.positionPage,
  PositionAnswer: positions.positionAnswer,
  Performance: positions.performance,
  Interval: positions.interval,
  PerformancePage: positions.performancePage,
  Risk: positions.risk,
  RiskLimit: positions.riskLimit,
  RiskAnswer: positions.riskAnswer,
  LedgerRow: positions.ledger,
  LedgerPage: positions.ledgerPage,
  NoticeChannel: notices.noticeChannel,
  NoticeMute: notices.noticeMute,
  NoticesAnswer: notices.noticesAnswer,
  Time: execution.timeAnswer,
  Event: events.event,
  ...Object.fromEntries(Object.entries(events.EVENTS).map(([type, shape]) => [eventName(type), shape])),
  ...events.EVENT_SHAPES,
  EventPage: events.eventPage,
  StreamOpen: events.streamOpen,
  StreamReset: events.streamReset,
  MarketOpen: execution.marketOpen,
  MarketTrade: execution.marketTrade,
  MarketQuote: execution.marketQuote,
  MarketReset: execution.marketReset,
  MarketTick: views.marketTick,
  Instrument: views.instrument,
  InstrumentPage: views.instrumentPage,
  Opinion: views.opinion,
  Demand: views.demand,
  Look: views.look,
  Obstacle: views.obstacle,
  InstrumentView: views.instrumentView,
  Bar: views.bar,
  BarPage: views.barPage,
  SilenceMinute: views.silenceMinute,
  SilencePage: views.silencePage,
  ConfigAnswer: views.configAnswer,
  Problem: problem,
  ProblemHolder: problemHolder,
};

export const COMPONENTS: Shapes = { ...WORDS, ...REQUESTS, ...ANSWERS };
