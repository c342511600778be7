using System;

namespace ATAS.DataFeedsCore;

public class Security
{
    /// <summary>With the exchange, such as <c>ETHUSDT@BinanceFutures</c>.</summary>
    public string SecurityId { get; set; } = "";

    /// <summary>Without it, such as <c>ETHUSDT</c> or <c>CLK4</c>.</summary>
    public string Code { get; set; } = "";
    public string Exchange { get; set; } = "";
    public string Instrument { get; set; } = "";
    public string ConnectorId { get; set; } = "";
    public DateTime Expiration { get; set; }
    public decimal TickSize { get; set; }

    /// <summary>Money of one tick of one lot.</summary>
    public decimal TickCost { get; set; }

    /// <summary>The step of quantities.</summary>
    public decimal LotSize { get; set; }
    public decimal? LotMinSize { get; set; }
    public decimal? LotMaxSize { get; set; }
    public decimal MinPrice { get; set; }
    public decimal MaxPrice { get; set; }
    public decimal MarginBuy { get; set; }
    public decimal MarginSell { get; set; }
    public decimal BestAskPrice { get; set; }
    public decimal BestBidPrice { get; set; }
    public decimal? LastTradePrice { get; set; }
    public decimal PriceMultiplier { get; set; }
    public decimal VolumeMultiplier { get; set; }
    public decimal? MarkPrice { get; set; }

    /// <summary>The currency in which quantities are given.</summary>
    public string? BaseCurrency { get; set; }
    public string? QuoteCurrency { get; set; }
    public bool IsInverseFutures { get; set; }
}

public class Portfolio
{
    public string AccountID { get; set; } = "";
    public decimal Balance { get; set; }
    public decimal BlockedMargin { get; set; }
    public decimal Leverage { get; set; }
    public decimal BalancePower { get; set; }
    public decimal? BalanceAvailable { get; set; }
    public decimal OpenPnL { get; set; }
    public decimal ClosedPnL { get; set; }
    public decimal TotalClosedPnL { get; set; }
    public string? Currency { get; set; }
    public bool IsLocked { get; set; }
    public bool IsSuspended { get; set; }
    public bool IsRealAccount { get; set; }
}

public class Position
{
    public string AccountID { get; set; } = "";
    public string SecurityId { get; set; } = "";
    public Portfolio Portfolio { get; set; } = null!;
    public Security Security { get; set; } = null!;
    public decimal AveragePrice { get; set; }

    /// <summary>Above 0 long, below 0 short.</summary>
    public decimal Volume { get; set; }
    public decimal OpenVolume { get; set; }
    public decimal UnrealizedPnL { get; set; }
    public decimal RealizedPnL { get; set; }
}
