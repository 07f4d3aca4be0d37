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

// reference is every component with its arguments.
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

// TestReference holds the document to the code: what each component takes, what this project's program passes, and what
// comes out.
func TestReference(t *testing.T) {
	t.Parallel()
	passed := passedByStack(t)
	var text strings.Builder
	text.WriteString("| component | arguments | outputs |\n|---|---|---|\n")
	for _, c := range reference {
		name := reflect.TypeOf(c.component).Name()
		require.NotEmpty(t, passed[name], "main.go makes no %s", name)
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
	require.Len(t, passed, len(reference), "a component that main.go makes is missing above")
	doctest.Check(t, filepath.Join("..", "docs", "components.md"), "reference", "", text.String(),
		"go test ./components -run Reference -update")
}

// fields are the exported ones that a program sees, without what is embedded.
func fields(v any) (names []string) {
	for field := range reflect.TypeOf(v).Fields() {
		if field.IsExported() && !field.Anonymous {
			names = append(names, field.Name)
		}
	}
	return names
}

// passedByStack are the fields that internal/stack sets of each component's args, by component.
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

// set are the fields that a function sets of a struct, in a literal of the type or by name of the variable args.
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
