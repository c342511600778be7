import type { TradingSettings } from '../engine/settings.ts';
import type { ExitSettings } from '../positions/settings.ts';
import type { RiskSettings } from '../risk/settings.ts';
import type { PaperSettings } from './settings.ts';
export declare const PAPER: PaperSettings;
export declare const EXITS: ExitSettings;
export declare const RISK: RiskSettings;
export declare const TRADING: TradingSettings;
