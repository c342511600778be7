using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using ATAS.Strategies.Chart;
using Xunit;

namespace Tapewire.Platform.Tests;

/// <summary>What the strategy is compiled against and what it runs on must be the same thing, or the tests prove nothing.</summary>
public class DeclarationsTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_simulator_has_every_member_of_the_declarations_and_no_other()
    {
        var simulated = typeof(ChartStrategy).Assembly;
        var path = simulated.Location.Replace("Platform.Tests", "Declarations", StringComparison.Ordinal);
        var declared = new AssemblyLoadContext("declarations").LoadFromAssemblyPath(path);
        Assert.NotEqual(simulated, declared);
        Assert.Equal(Members(declared), Members(simulated));
        Assert.True(Members(declared).Count > 300, "members are missing from the look itself");
    }

    [Fact]
    public void What_only_the_simulator_has_cannot_be_seen_by_a_strategy()
    {
        var path = typeof(ChartStrategy).Assembly.Location.Replace("Platform.Tests", "Declarations", StringComparison.Ordinal);
        var declared = new AssemblyLoadContext("declarations").LoadFromAssemblyPath(path);
        Assert.DoesNotContain(declared.GetTypes(), type => type.Namespace?.StartsWith("Tapewire", StringComparison.Ordinal) == true);
        Assert.True(File.Exists(path));
    }

    private static List<string> Members(Assembly assembly) =>
        [.. assembly.GetTypes()
            .Where(type => type.IsVisible && type.Namespace != "Tapewire.Platform")
            .SelectMany(Described)
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Described(Type type)
    {
        yield return $"{type.FullName} : {type.BaseType} {type.Attributes} {string.Join(' ', type.GetInterfaces().Select(i => i.FullName).Order(StringComparer.Ordinal))}";
        foreach (var member in type.GetMembers(Everything))
        {
            switch (member)
            {
                case MethodBase { IsPublic: true } or MethodBase { IsFamily: true }:
                    var method = (MethodBase)member;
                    var parameters = method.GetParameters().Select(parameter => $"{parameter} = {parameter.RawDefaultValue}{Nullability(parameter)}");
                    var returned = method is MethodInfo info ? Nullability(info.ReturnParameter) : "";
                    yield return $"{type.FullName}: {method} ({string.Join(", ", parameters)}){returned} {method.Attributes & Shown}";
                    break;
                case FieldInfo { IsPublic: true } field:
                    yield return $"{type.FullName}: {field} {(field.IsLiteral ? field.GetRawConstantValue() : "")}";
                    break;
                case PropertyInfo property when property.GetAccessors().Length > 0:
                    yield return $"{type.FullName}: {property}{new NullabilityInfoContext().Create(property).ReadState}";
                    break;
            }
        }
    }

    private const MethodAttributes Shown =
        MethodAttributes.MemberAccessMask | MethodAttributes.Static | MethodAttributes.Virtual | MethodAttributes.Abstract | MethodAttributes.Final;

    private static string Nullability(ParameterInfo parameter) => $" {new NullabilityInfoContext().Create(parameter).WriteState}";
}
