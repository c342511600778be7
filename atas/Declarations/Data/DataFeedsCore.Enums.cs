using System;

namespace ATAS.DataFeedsCore;

public enum OrderDirections { Buy = 0, Sell = 1 }

public enum OrderTypes { Limit = 0, Market = 1, Stop = 2, StopLimit = 3, Unknown = 4 }

public enum OrderStates { None = 0, Active = 1, Done = 2, Failed = 3 }

public enum OrderStatus { None = 0, Placed = 1, Filled = 2, PartlyFilled = 3, Canceled = 4 }

[Flags]
public enum TimeInForce
{
    None = 0,
    GoodTillCancel = 1,
    FillOrKill = 2,
    ImmediateOrCancel = 4,
    Day = 8,
    Default = GoodTillCancel | FillOrKill | Day,
}

[Flags]
public enum TriggerPriceType { None = 0, Last = 1, Index = 2, Mark = 4 }
