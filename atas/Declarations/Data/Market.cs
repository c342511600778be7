using System;

namespace ATAS.Indicators;

public class MarketDataArg
{
    public decimal Price { get; set; }
    public decimal Volume { get; set; }
    public DateTime Time { get; set; }
}

public class IndicatorCandle
{
    public DateTime Time { get; set; }
    public DateTime LastTime { get; set; }
    public decimal Open { get; set; }
    public decimal High { get; set; }
    public decimal Low { get; set; }
    public decimal Close { get; set; }
    public decimal Volume { get; set; }
    public decimal Delta { get; set; }
}

public interface IInstrumentInfo
{
    string Instrument { get; }
    string Exchange { get; }
    decimal TickSize { get; }
    int TimeZone { get; }
}
