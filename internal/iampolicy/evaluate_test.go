package iampolicy

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEvaluate(t *testing.T) {
	t.Parallel()
	const parameter = "arn:aws:ssm:eu-west-2:123456789012:parameter/staging/a"
	request := Request{
		Action: "ssm:GetParameters", Resource: parameter, Services: []string{"ecs-tasks.amazonaws.com"},
		Context: map[string]string{"aws:SourceAccount": "123456789012", "ecs:cluster": "arn:aws:ecs:r:1:cluster/a/b:c"},
	}
	allow := func(edit string) string {
		return `{"Version": "2012-10-17", "Statement": {"Sid": "S", "Effect": "Allow", ` + edit + `}}`
	}
	action := `"Action": "ssm:GetParameters"`
	on := func(condition string) string {
		return allow(action + `, "Resource": "*", "Condition": {` + condition + `}`)
	}
	for name, test := range map[string]struct {
		policy string
		want   Verdict
	}{
		"exact":             {allow(action + `, "Resource": "` + parameter + `"`), Allowed},
		"list":              {allow(`"Action": ["a:B", "ssm:GetParameters"], "Resource": ["x", "*"]`), Allowed},
		"wildcard action":   {allow(`"Action": "ssm:Get*", "Resource": "*"`), Allowed},
		"action's case":     {allow(`"Action": "SSM:getparameters", "Resource": "*"`), Allowed},
		"other action":      {allow(`"Action": "ssm:GetParameter", "Resource": "*"`), ImplicitDeny},
		"one character":     {allow(action + `, "Resource": "arn:aws:ssm:eu-west-?:123456789012:parameter/*"`), Allowed},
		"other region":      {allow(action + `, "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/*"`), ImplicitDeny},
		"resource's case":   {allow(action + `, "Resource": "arn:aws:ssm:eu-west-2:123456789012:parameter/Staging/a"`), ImplicitDeny},
		"a dot is literal":  {allow(action + `, "Resource": "arn:aws:ssm:eu.west.2:123456789012:parameter/staging/a"`), ImplicitDeny},
		"what an ARN lacks": {allow(action + `, "Resource": "arn:aws:ssm:eu-west-2"`), Allowed},
		"lacks, elsewhere":  {allow(action + `, "Resource": "arn:aws:ssm:eu-west-1"`), ImplicitDeny},
		"lacks, of a resource": {
			allow(action + `, "Resource": "arn:aws:ssm:eu-west-2", "Principal": {"Service": "ecs-tasks.amazonaws.com"}`),
			ImplicitDeny,
		},
		"not a boolean":     {on(`"Bool": {"aws:SourceAccount": "123456789012"}`), ImplicitDeny},
		"not an ARN":        {on(`"ArnEquals": {"aws:SourceAccount": "123456789012"}`), ImplicitDeny},
		"condition holds":   {on(`"StringEquals": {"aws:SourceAccount": "123456789012"}`), Allowed},
		"key's case":        {on(`"StringEquals": {"AWS:sourceaccount": "123456789012"}`), Allowed},
		"condition fails":   {on(`"StringEquals": {"aws:SourceAccount": "1"}`), ImplicitDeny},
		"missing key":       {on(`"StringEquals": {"aws:Missing": "1"}`), ImplicitDeny},
		"missing, negated":  {on(`"StringNotEquals": {"aws:Missing": "1"}`), Allowed},
		"missing, IfExists": {on(`"StringEqualsIfExists": {"aws:Missing": "1"}`), Allowed},
		"negated":           {on(`"StringNotLike": {"aws:SourceAccount": "1234*"}`), ImplicitDeny},
		"one of the values": {on(`"StringLike": {"aws:SourceAccount": ["1", "12345678901?"]}`), Allowed},
		"all operators": {
			on(`"StringLike": {"aws:SourceAccount": "*"}, "StringEquals": {"aws:SourceAccount": "1"}`), ImplicitDeny,
		},
		"arn":              {on(`"ArnLike": {"ecs:cluster": "arn:aws:ecs:*:1:cluster/*"}`), Allowed},
		"arn over a colon": {on(`"ArnLike": {"ecs:cluster": "arn:aws:*:cluster/a"}`), ImplicitDeny},
		"trusted":          {allow(action + `, "Principal": {"Service": "ecs-tasks.amazonaws.com"}`), Allowed},
		"not trusted":      {allow(action + `, "Principal": {"Service": "ec2.amazonaws.com"}`), ImplicitDeny},
		"deny wins": {`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Action": "*", "Resource": "*"},
			{"Effect": "Deny", "Action": "ssm:*", "Resource": "*"}]}`, ExplicitDeny},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, err := Parse(test.policy)
			require.NoError(t, err)
			decision, err := Evaluate(request, document)
			require.NoError(t, err)
			require.Equal(t, test.want, decision.Verdict)
			require.Equal(t, test.want != ImplicitDeny, decision.Statement != nil)
		})
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	const stream = "arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/a:log-stream:b"
	for pattern, want := range map[string]bool{
		"*":                             true,
		"arn:aws:logs":                  true,
		"arn:aws:log":                   false,
		"arn:aws:log*":                  true,
		"arn:aws:logs:*:log-group:*":    true, // The wildcard ends its part, so that it also matches the account.
		"arn:aws:l*s:*:*:log-group:*":   true,
		"arn:aws:l*2:123456789012:*:*:": false, // The wildcard is in the middle of its part.
		"arn:aws:logs:eu-west-?:*:log-group:/ecs/*:log-stream:?": true,
		"arn:aws?logs:eu-west-2:123456789012:log-group:*":        false,
	} {
		require.Equal(t, want, (&Statement{}).covers(pattern, stream), pattern)
	}
}

func TestWhatIsNotModelledIsNotDecided(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]string{
		`{"Version": "2013-10-17", "Statement": []}`:                                                               `Syntax errors in policy: version "2013-10-17" must be 2012-10-17 or 2008-10-17`,
		`{"Statements": []}`:                                                                                       `Syntax errors in policy: element "Statements" is unknown: must be one of Version, Id, Statement`,
		`{"Statement": {"Action": "*", "Conditions": {}}}`:                                                         `Syntax errors in policy: element "Conditions" is unknown: must be one of Sid, Effect, `,
		`{"Statement": [{"Action": "*", "Resource": "*"}, {"action": "*"}]}`:                                       `element "action" is unknown`,
		`{"Statement": {"Action": "*", "Condition": {"StringEqual": {}}}}`:                                         `Syntax errors in policy: condition operator "StringEqual" is unknown`,
		`{"Statement": {"Action": "*", "Condition": {"NullIfExists": {}}}}`:                                        `condition operator "NullIfExists" is unknown`,
		`{"Statement": {"Action": "*", "Condition": {"ForSomeValues:Bool": {}}}}`:                                  `condition operator "ForSomeValues:Bool" is unknown`,
		`{"Version": "2012-10-17", "Statement": [`:                                                                 "Syntax errors in policy",
		`{"Version": "2012-10-17", "Statement": {"Action": {}}}`:                                                   "expected a string or a list of strings",
		`{"Version": "2012-10-17", "Statement": {"Action": "*", "Resource": "${a}"}}`:                              `policy variable in "${a}": not modelled`,
		`{"Version": "2012-10-17", "Statement": {"Action": "*", "Condition": {"DateEquals": {"a:b": "c"}}}}`:       "condition operator DateEquals: not modelled",
		`{"Version": "2012-10-17", "Statement": {"Action": "*", "Condition": {"StringNotLike": {"a:b": "${c}"}}}}`: `policy variable in "${c}": not modelled`,
		`{"Version": "2012-10-17", "Statement": {"Action": "*", "Condition": {"ArnNotLike": {"a:b": "*"}}}}`:       "ArnNotLike of a text that is not of its kind: not modelled",
	} {
		document, err := Parse(policy)
		if err == nil {
			_, err = Evaluate(Request{Action: "a:B", Context: map[string]string{"a:b": "arn:a:b:c:d:e"}}, document)
		}
		require.ErrorContains(t, err, want, policy)
	}
}

// TestThreeValues: what does not hold decides beside what is not known, and a definite Deny beside everything, in any
// order.
func TestThreeValues(t *testing.T) {
	t.Parallel()
	const (
		allow       = `{"Sid": "Allow", "Effect": "Allow", "Action": "a:B", "Resource": "*"}`
		deny        = `{"Sid": "Deny", "Effect": "Deny", "Action": "a:B", "Resource": "*"}`
		openAllow   = `{"Sid": "OpenAllow", "Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {"DateEquals": {"a:date": "1"}}}`
		openDeny    = `{"Sid": "OpenDeny", "Effect": "Deny", "Action": "a:B", "Resource": "*", "Condition": {"StringEquals": {"a:else": "1"}}}`
		otherOpen   = `{"Sid": "Other", "Effect": "Deny", "Action": "c:D", "Resource": "*", "Condition": {"DateEquals": {"a:date": "1"}}}`
		elsewhere   = `{"Sid": "Elsewhere", "Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::${aws:username}"}`
		falseBeside = `{"Sid": "False", "Effect": "Deny", "Action": "a:B", "Resource": "*", "Condition": {"DateEquals": {"a:date": "1"}, "StringEquals": {"a:key": "no"}}}`
	)
	request := Request{
		Action: "a:B", Resource: "arn:aws:a:r:1:thing", Partial: true, Absent: []string{"a:lacks", "a:tag/"},
		Context: map[string]string{"a:key": "value", "a:date": "2"},
	}
	for name, test := range map[string]struct {
		statements []string
		want       Verdict // Empty for an undecided one.
	}{
		"an open Allow is undecided":          {[]string{openAllow}, ""},
		"an Allow beside it decides":          {[]string{openAllow, allow}, Allowed},
		"an open Deny leaves an Allow open":   {[]string{allow, openDeny}, ""},
		"a definite Deny beats both":          {[]string{openAllow, allow, openDeny, deny}, ExplicitDeny},
		"without an Allow nothing is allowed": {[]string{openDeny}, ImplicitDeny},
		"another action's is not asked":       {[]string{allow, otherOpen}, Allowed},
		"another resource's is not asked":     {[]string{allow, elsewhere}, Allowed},
		"false beats unknown":                 {[]string{allow, falseBeside}, Allowed},
	} {
		for _, reverse := range []bool{false, true} {
			statements := slices.Clone(test.statements)
			if reverse {
				slices.Reverse(statements)
			}
			document, err := Parse(`{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`)
			require.NoError(t, err, name)
			for range 20 { // Maps have no order.
				decision, err := Evaluate(request, document)
				if test.want == "" {
					require.ErrorIs(t, err, ErrNotModelled, name)
					continue
				}
				require.NoError(t, err, name)
				require.Equal(t, test.want, decision.Verdict, name)
			}
		}
	}
}

func TestConditionsOfAPartialRequest(t *testing.T) {
	t.Parallel()
	request := Request{
		Action: "a:B", Resource: "*", Partial: true, Absent: []string{"a:lacks", "a:tag/"},
		Context: map[string]string{"a:key": "va*ue", "a:ip": "10.0.0.1", "a:n": "3"},
	}
	for condition, want := range map[string]Verdict{
		`"StringEquals": {"a:key": "va*ue"}`:                          Allowed,
		`"StringEquals": {"a:lacks": "x"}`:                            ImplicitDeny,
		`"StringNotEquals": {"a:tag/any": "x"}`:                       Allowed,
		`"StringNotEquals": {"a:other": "x"}`:                         "",
		`"StringEqualsIfExists": {"a:other": "x"}`:                    "",
		`"Null": {"a:lacks": "true"}`:                                 Allowed,
		`"Null": {"a:key": "true"}`:                                   ImplicitDeny,
		`"Null": {"a:other": "true"}`:                                 "",
		`"StringEquals": {"a:key": "${a:key}"}`:                       Allowed,
		`"StringLike": {"a:key": "${a:key}"}`:                         Allowed,
		`"StringLike": {"a:key": "${a:lacks, 'va'}?ue"}`:              Allowed,
		`"StringLike": {"a:key": "${a:other}ue"}`:                     "",
		`"StringLike": {"a:key": "x${a:other}"}`:                      ImplicitDeny,
		`"StringEquals": {"a:key": "va${*}ue"}`:                       Allowed,
		`"IpAddress": {"a:ip": "10.0.0.0/8"}`:                         Allowed,
		`"NotIpAddress": {"a:ip": ["0.0.0.0/0", "::/0"]}`:             ImplicitDeny,
		`"NumericLessThan": {"a:n": "3.5"}`:                           Allowed,
		`"ForAllValues:StringEquals": {"a:lacks": "x"}`:               Allowed,
		`"ForAnyValue:StringNotEquals": {"a:lacks": "x"}`:             ImplicitDeny,
		`"ForAnyValue:StringLike": {"a:key": ["x", "va*"]}`:           Allowed,
		`"StringEquals": {"a:key": "va*ue"}, "Bool": {"a:o": "true"}`: "",
	} {
		document, err := Parse(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "*",
			"Condition": {` + condition + `}}}`)
		require.NoError(t, err)
		decision, err := Evaluate(request, document)
		if want == "" {
			require.ErrorIs(t, err, ErrNotModelled, condition)
			continue
		}
		require.NoError(t, err, condition)
		require.Equal(t, want, decision.Verdict, condition)
	}
}

func TestNotElements(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]Verdict{
		`"NotAction": "iam:*", "Resource": "*"`:                                Allowed,
		`"NotAction": ["iam:*", "S3:get*"], "Resource": "*"`:                   ImplicitDeny,
		`"Action": "*", "NotResource": "arn:aws:s3:::private/*"`:               Allowed,
		`"Action": "*", "NotResource": ["arn:aws:s3:::public/*", "arn:a:b:c"]`: ImplicitDeny,
		`"Action": "*", "Resource": "*", "NotPrincipal": {"AWS": "1"}`:         "",
	} {
		document, err := Parse(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", ` + statement + `}}`)
		require.NoError(t, err)
		decision, err := Evaluate(Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::public/a"}, document)
		if want == "" {
			require.ErrorIs(t, err, ErrNotModelled)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, decision.Verdict, statement)
	}
	_, err := ParseSimple(`{"Statement": {"Sid": "S", "Effect": "Allow", "NotAction": "a:B", "Resource": "*"}}`)
	require.EqualError(t, err, `statement "S": NotAction, NotResource or NotPrincipal: not modelled`)
}

func TestOperators(t *testing.T) {
	t.Parallel()
	for _, operator := range []string{
		"StringEquals", "StringNotEqualsIgnoreCase", "StringNotLikeIfExists", "NumericLessThanEquals", "DateGreaterThan",
		"NumericNotEquals", "Bool", "BoolIfExists", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnNotLike", "Null",
		"ForAllValues:StringLike", "ForAnyValue:ArnEqualsIfExists", "ForAllValues:Null",
	} {
		_, err := Parse(`{"Statement": {"Action": "*", "Condition": {"` + operator + `": {"a:b": "c"}}}}`)
		require.NoError(t, err, operator)
	}
}

// The old version of the language has no variables: what looks like one is text.
func TestOldVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", `"Version": "2008-10-17", "Id": "default", `} {
		document, err := Parse(`{` + version + `"Statement": {"Effect": "Allow", "Action": "a:B", "Resource": "${a}",
			"Condition": {"StringEquals": {"a:b": "${c}"}}}}`)
		require.NoError(t, err)
		require.True(t, document.Old)
		request := Request{Action: "a:B", Resource: "${a}", Context: map[string]string{"a:b": "${c}"}}
		decision, err := Evaluate(request, document)
		require.NoError(t, err)
		require.Equal(t, Allowed, decision.Verdict)
		request.Resource = "a"
		decision, err = Evaluate(request, document)
		require.NoError(t, err)
		require.Equal(t, ImplicitDeny, decision.Verdict)
		require.NoError(t, Document{Statements: []Statement{identity("")}, Old: true}.Validate(Identity))
		require.EqualError(t, Document{Statements: []Statement{identity("")}, Old: true}.Validate(Managed),
			"Policy document must be version 2012-10-17 or greater")
	}
}

// TestParseReadsWhatRenderWrites checks generated valid documents.
func TestParseReadsWhatRenderWrites(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z]{1,8}`)
	rapid.Check(t, func(t *rapid.T) {
		statement := Statement{
			Effect:    rapid.SampledFrom([]Effect{Allow, Deny}).Draw(t, "effect"),
			Actions:   []string{word.Draw(t, "vendor") + ":" + word.Draw(t, "action")},
			Resources: []string{"*"},
			Conditions: Conditions{
				rapid.SampledFrom([]string{"StringEquals", "ArnLike"}).Draw(t, "operator"): {
					word.Draw(t, "service") + ":" + word.Draw(t, "key"): {word.Draw(t, "value")},
				},
			},
		}
		text, err := Document{Statements: []Statement{statement}}.Render(Identity)
		require.NoError(t, err)
		document, err := Parse(text)
		require.NoError(t, err)
		require.Equal(t, []Statement{statement}, document.Statements)
	})
}
