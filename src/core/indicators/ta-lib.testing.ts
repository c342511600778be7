/**
 * The first 35 daily bars of the series that TA-Lib's own regression tests run on (`TA_SREF_*_daily_ref_0` in
 * ta_regtest/test_data.c). The expected values in the tests beside this file are those of its tables, test_ma.c,
 * test_rsi.c, test_macd.c, test_bbands.c, test_adx.c and test_per_hlc.c, as precise as they are printed there.
 */
const HIGHS = [
  93.25, 94.94, 96.375, 96.19, 96, 94.72, 95, 93.72, 92.47, 92.75, 96.25, 99.625, 99.125, 92.75, 91.315, 93.25, 93.405,
  90.655, 91.97, 92.25, 90.345, 88.5, 88.25, 85.5, 84.44, 84.75, 84.44, 89.405, 88.125, 89.125, 87.155, 87.25, 87.375,
  88.97, 90,
];
const LOWS = [
  90.75, 91.405, 94.25, 93.5, 92.815, 93.5, 92, 89.75, 89.44, 90.625, 92.75, 96.315, 96.03, 88.815, 86.75, 90.94,
  88.905, 88.78, 89.25, 89.75, 87.5, 86.53, 84.625, 82.28, 81.565, 80.875, 81.25, 84.065, 85.595, 85.97, 84.405, 85.095,
  85.5, 85.53, 87.875,
];
const CLOSES = [
  91.5, 94.815, 94.375, 95.095, 93.78, 94.625, 92.53, 92.75, 90.315, 92.47, 96.125, 97.25, 98.5, 89.875, 91, 92.815,
  89.155, 89.345, 91.625, 89.875, 88.375, 87.625, 84.78, 83, 83.5, 81.375, 84.44, 89.25, 86.375, 86.25, 85.25, 87.125,
  85.815, 88.97, 88.47,
];

export const REFERENCE = CLOSES.map((close, i) => ({ high: HIGHS[i]!, low: LOWS[i]!, close }));
