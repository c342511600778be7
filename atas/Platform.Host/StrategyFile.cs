using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using ATAS.Strategies.Chart;

namespace Tapewire.Platform.Host;

/// <summary>Finds the chart strategy in a DLL, which runs with the simulator's API and with what lies beside it.</summary>
internal sealed class StrategyFile(string path) : AssemblyLoadContext("strategy")
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    public Func<ChartStrategy> Load()
    {
        var types = LoadFromAssemblyPath(Path.GetFullPath(path)).GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(ChartStrategy)))
            .ToArray();
        if (types is not [var strategy])
        {
            throw new ArgumentException($"{path} has {types.Length} chart strategies, and must have one");
        }
        return () => (ChartStrategy)Activator.CreateInstance(strategy, nonPublic: true)!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var api = typeof(ChartStrategy).Assembly;
        if (assemblyName.Name == api.GetName().Name) return api;
        var beside = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
    }
}
