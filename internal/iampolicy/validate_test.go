package iampolicy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidateIdentity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		edit func(*Statement)
		want string
	}{
		{
			"effect", func(s *Statement) { s.Effect = "allow" },
			`Syntax errors in policy: effect "allow" must be Allow or Deny`,
		},
		{"no action", func(s *Statement) { s.Actions = nil }, "Policy statement must contain actions"},
		{
			"action without vendor", func(s *Statement) { s.Actions = []string{"GetParameters"} },
			`action "GetParameters": Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc`,
		},
		{
			"condition without vendor", func(s *Statement) { s.Conditions = Conditions{"ArnLike": {"cluster": {"*"}}} },
			`condition "cluster": Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc`,
		},
		{"no resource", func(s *Statement) { s.Resources = nil }, "Policy statement must contain resources"},
		{
			"resource no ARN", func(s *Statement) { s.Resources = []string{"parameter/a"} },
			`Resource parameter/a must be in ARN format or "*"`,
		},
		{
			"principal", func(s *Statement) { s.Principals = trust().Principals },
			"Policy document should not specify a principal",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			statement := identity("Read")
			test.edit(&statement)
			err := Document{Statements: []Statement{statement}}.Validate(Identity)
			require.EqualError(t, err, `statement 1 "Read": `+test.want)
		})
	}
}

func TestValidateTrust(t *testing.T) {
	t.Parallel()
	noPrincipal, withResource := trust(), trust()
	noPrincipal.Principals = nil
	withResource.Resources = []string{"*"}
	require.EqualError(t, Document{Statements: []Statement{noPrincipal}}.Validate(Trust),
		`statement 1 "": Missing required field Principal`)
	require.EqualError(t, Document{Statements: []Statement{withResource}}.Validate(Trust),
		`statement 1 "": Has prohibited field Resource`)
	for action, valid := range map[string]bool{
		"sts:AssumeRole": true, "sts:assumerolewithwebidentity": true, "sts:AssumeRoleWithSAML": true, "sts:TagSession": true,
		"sts:SetSourceIdentity": true, "sts:SetContext": true, "sts:GetCallerIdentity": false, "sts:*": false, "*": false,
		"s3:GetObject": false,
	} {
		statement := trust()
		statement.Actions = []string{action}
		err := Document{Statements: []Statement{statement}}.Validate(Trust)
		if valid {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, `statement 1 "": action "`+action+
			`": AssumeRole policy may only specify STS AssumeRole actions`)
	}
}

func TestValidateSids(t *testing.T) {
	t.Parallel()
	require.NoError(t, Document{Statements: []Statement{identity(""), identity("")}}.Validate(Identity))
	require.EqualError(t, Document{Statements: []Statement{identity("A"), identity("A")}}.Validate(Identity),
		`statement 2 "A": Statement IDs (SID) in a single policy must be unique`)
	require.EqualError(t, Document{Statements: []Statement{identity("A-B")}}.Validate(Identity),
		`statement 1 "A-B": Statement IDs (SID) must be alpha-numeric`)
}

func TestValidateReportsEveryProblem(t *testing.T) {
	t.Parallel()
	err := Document{Statements: []Statement{{Effect: Allow}, identity("B"), {Effect: Deny, Resources: []string{"*"}}}}.
		Validate(Identity)
	require.EqualError(t, err, `statement 1 "": Policy statement must contain actions
statement 1 "": Policy statement must contain resources
statement 3 "": Policy statement must contain actions`)
}

func identity(sid string) Statement {
	return Statement{
		Sid: sid, Effect: Allow, Actions: []string{"ssm:GetParameters"},
		Resources: []string{"arn:aws:ssm:eu-west-2:123456789012:parameter/staging/a"},
	}
}
