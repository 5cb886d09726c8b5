using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Sextant.Tests.Architecture;

/// <summary>What a user of an assembly can see, a line a type and an indented line a member, in order of name. What a record gets from the compiler is left out.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] OfRecords = ["Equals", "GetHashCode", "ToString", "PrintMembers", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality", "get_EqualityContract"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(char)] = "char",
    };

    public static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().OrderBy(FullName, StringComparer.Ordinal))
        {
            yield return $"{Kind(type)} {FullName(type)}{Bases(type)}";
            foreach (string member in Members(type).Distinct().Order(StringComparer.Ordinal))
            {
                yield return "  " + member;
            }
        }
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}");
        }

        bool record = IsRecord(type);
        return type.GetMembers(Declared).Where(m => !(record && OfRecords.Contains(m.Name)) && !m.Name.Contains('<', StringComparison.Ordinal)).Select(Member).OfType<string>();
    }

    private static string? Member(MemberInfo member) => member switch
    {
        FieldInfo field when Seen(field.IsPublic, field.IsFamily, field.IsFamilyOrAssembly) =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType, new NullabilityInfoContext().Create(field))} {field.Name}{(field.IsLiteral ? " = " + field.GetRawConstantValue() : "")}",
        PropertyInfo property when property.Name != "EqualityContract" && property.GetAccessors(true).Any(Seen) => Property(property),
        ConstructorInfo constructor when !constructor.IsStatic && Seen(constructor) && !IsCopy(constructor) => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when Seen(method) => Method(method),
        MethodInfo method when method.Name.StartsWith("op_", StringComparison.Ordinal) && Seen(method) => Method(method),
        EventInfo declared when Seen(declared.AddMethod!) => $"event {Name(declared.EventHandlerType!, null)} {declared.Name}",
        _ => null,
    };

    private static string Property(PropertyInfo property)
    {
        var any = property.GetAccessors(true).First(Seen);
        bool required = property.CustomAttributes.Any(a => a.AttributeType.FullName == "System.Runtime.CompilerServices.RequiredMemberAttribute");
        string set = property.SetMethod is { } setter && Seen(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? " init;" : " set;"
            : "";
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Parameter))}]" : "";
        string get = property.GetMethod is { } getter && Seen(getter) ? " get;" : "";
        return $"{(required ? "required " : "")}{Modifiers(any)}{Name(property.PropertyType, new NullabilityInfoContext().Create(property))} {property.Name}{index} {{{get}{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        return $"{Modifiers(method)}{Name(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        string given = !parameter.HasDefaultValue ? "" : " = " + (parameter.RawDefaultValue switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            object value => Convert.ToString(value, CultureInfo.InvariantCulture),
        });
        return $"{way}{Name(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))} {parameter.Name}{given}";
    }

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Kind(Type type)
    {
        string modifiers = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsInterface: true } => "",
            { IsAbstract: true } => "abstract ",
            { IsClass: true, IsSealed: true } when !typeof(Delegate).IsAssignableFrom(type) => "sealed ",
            _ => "",
        };
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsValueType: true } => IsRecord(type) ? "record struct" : "struct",
            _ => IsRecord(type) ? "record" : "class",
        };
        return modifiers + kind;
    }

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.IsValueType || typeof(Delegate).IsAssignableFrom(type))
        {
            return "";
        }

        IEnumerable<Type> inherited = type.BaseType?.GetInterfaces() ?? [];
        Type[] bases =
        [
            .. type.BaseType is { } parent && parent != typeof(object) ? [parent] : Type.EmptyTypes,
            .. type.GetInterfaces().Except(inherited).Where(i => i.IsPublic && i.Name != "IEquatable`1").OrderBy(i => i.Name, StringComparer.Ordinal),
        ];
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases.Select(b => Name(b, null)));
    }

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability?.ElementType);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying, null) + "?";
        }

        string question = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{question}";
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword + question;
        }

        string name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!, null)}.{type.Name}" : type.Name;
        if (!type.IsGenericType)
        {
            return name + question;
        }

        var arguments = type.GetGenericArguments();
        var names = arguments.Select((a, i) => Name(a, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return $"{name.Split('`')[0]}<{string.Join(", ", names)}>{question}";
    }

    private static string FullName(Type type) => $"{type.Namespace}.{Name(type, null)}";

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null || type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;

    private static bool IsCopy(ConstructorInfo constructor) =>
        constructor.GetParameters() is [{ } only] && only.ParameterType == constructor.DeclaringType;

    private static bool Seen(MethodBase method) => Seen(method.IsPublic, method.IsFamily, method.IsFamilyOrAssembly);

    private static bool Seen(bool isPublic, bool isFamily, bool isFamilyOrAssembly) => isPublic || isFamily || isFamilyOrAssembly;
}
