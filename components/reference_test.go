package components

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/doctest"
)

// reference lists every component and its arguments.
var reference = []struct{ args, component any }{
	{NetworkArgs{}, Network{}},
	{SecurityGroupsArgs{}, SecurityGroups{}},
	{SecretsArgs{}, Secrets{}},
	{DatabaseArgs{}, Database{}},
	{UploadsArgs{}, Uploads{}},
	{CertificatesArgs{}, Certificates{}},
	{LogBucketArgs{}, LogBucket{}},
	{AlbArgs{}, Alb{}},
	{DnsRecordsArgs{}, DnsRecords{}},
	{RepositoryArgs{}, Repository{}},
	{EcsClusterArgs{}, EcsCluster{}},
	{IamRolesArgs{}, IamRoles{}},
	{ObservabilityArgs{}, Observability{}},
	{LiveBeatsServiceArgs{}, LiveBeatsService{}},
	{LogAlarmsArgs{}, LogAlarms{}},
	{AutoscalingArgs{}, Autoscaling{}},
	{BudgetArgs{}, Budget{}},
}

// TestReference compares the table in docs/components.md with the code: the arguments of each component, those that
// this project's program passes, and the outputs.
func TestReference(t *testing.T) {
	t.Parallel()
	passed := passedByStack(t)
	var text strings.Builder
	text.WriteString("| component | arguments | outputs |\n|---|---|---|\n")
	for _, c := range reference {
		name := reflect.TypeOf(c.component).Name()
		require.NotEmpty(t, passed[name], "internal/stack must pass arguments to %s", name)
		var arguments []string
		for _, field := range fields(c.args) {
			argument := "`" + field + "`"
			if slices.Contains(passed[name], field) {
				argument = "**" + argument + "**"
			}
			arguments = append(arguments, argument)
		}
		outputs := ""
		if names := fields(c.component); names != nil {
			outputs = "`" + strings.Join(names, "`, `") + "`"
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", name, strings.Join(arguments, ", "), outputs)
	}
	require.Len(t, passed, len(reference), "reference must list every component that internal/stack passes arguments to")
	doctest.Check(t, filepath.Join("..", "docs", "components.md"), "reference", "", text.String(),
		"go test ./components -run Reference -update")
}

// fields returns the names of a struct's exported fields, without embedded ones.
func fields(v any) (names []string) {
	for field := range reflect.TypeOf(v).Fields() {
		if field.IsExported() && !field.Anonymous {
			names = append(names, field.Name)
		}
	}
	return names
}

// passedByStack returns the fields of each component's args that internal/stack sets, by component.
func passedByStack(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "internal", "stack", "*.go"))
	require.NoError(t, err)
	passed := map[string][]string{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Type.Results == nil {
				continue
			}
			result, _ := function.Type.Results.List[0].Type.(*ast.StarExpr)
			if result == nil {
				continue
			}
			if args, _ := result.X.(*ast.SelectorExpr); args != nil && strings.HasSuffix(args.Sel.Name, "Args") {
				passed[strings.TrimSuffix(args.Sel.Name, "Args")] = set(function, args.Sel.Name)
			}
		}
	}
	return passed
}

// set returns the fields of a struct that a function sets: in a literal of the type, or in a variable with the name
// args.
func set(function *ast.FuncDecl, typ string) (names []string) {
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CompositeLit:
			if of, _ := node.Type.(*ast.SelectorExpr); of != nil && of.Sel.Name == typ {
				for _, element := range node.Elts {
					names = append(names, element.(*ast.KeyValueExpr).Key.(*ast.Ident).Name)
				}
			}
		case *ast.AssignStmt:
			for _, left := range node.Lhs {
				if field, _ := left.(*ast.SelectorExpr); field != nil {
					if of, _ := field.X.(*ast.Ident); of != nil && of.Name == "args" {
						names = append(names, field.Sel.Name)
					}
				}
			}
		}
		return true
	})
	return names
}
