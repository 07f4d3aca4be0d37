//go:build iamcheck

package iampolicy

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

const (
	account = "123456789012"
	caller  = "arn:aws:iam::" + account + ":role/app"
)

// requests pairs actions with resources of many forms: without region or account, with colons and slashes in the last
// part, with characters that are special in regular expressions, with upper case. It has no KMS key, because keys are
// evaluated with their own policies (identity.Admits), and no *, because iam-simulate reads it as many resources.
var requests = [][2]string{
	{"s3:GetObject", "arn:aws:s3:::logs/AWSLogs/a+b (1).txt"},
	{"s3:ListBucket", "arn:aws:s3:::logs.of-requests"},
	{"ssm:GetParameters", "arn:aws:ssm:eu-west-2:123456789012:parameter/staging/Fly/secret"},
	{"ecs:ListTasks", "arn:aws:ecs:eu-west-2:123456789012:container-instance/a/b$c"},
	{"logs:PutLogEvents", "arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/app:log-stream:ecs/app/0[1]"},
	{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-2:123456789012:secret:staging/a-AbCdEf"},
	{"elasticfilesystem:ClientMount", "arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:file-system/fs-1"},
	{"ecr:BatchGetImage", "arn:aws:ecr:eu-west-2:123456789012:repository/team/live-beats"},
	{"sqs:SendMessage", "arn:aws:sqs:eu-west-2:123456789012:queue?"},
}

// contexts are condition keys with the values that a request may have, or lack. Addresses are IPv4, and no range is
// 0.0.0.0/0, which iam-simulate 0.1.173 takes for an empty one; and
// numbers are numbers, of which it reads the beginning.
var contexts = map[string][]string{
	"aws:SourceAccount":                  {account, "210987654321", ""},
	"aws:SourceArn":                      {"arn:aws:ecs:eu-west-2:123456789012:task/a/b:c", "arn:aws:ecs:eu-west-1:123456789012:Task/a"},
	"aws:SecureTransport":                {"true", "false"},
	"ecs:cluster":                        {"arn:aws:ecs:eu-west-2:123456789012:cluster/live-beats", "arn:aws:ecs:eu-west-2:123456789012:cluster/*"},
	"aws:PrincipalTag/Team":              {"none", "Blue", "blue", "a*b", "x?", "$.[]{}()+^|\\"},
	"elasticfilesystem:AccessedViaMount": {"true"},
	"aws:SourceIp":                       {"10.0.3.7", "192.168.0.1", "10.1.255.0"},
	"s3:max-keys":                        {"10", "9.5", "-1"},
}

var modelled = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
	"StringNotLike", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Bool", "Null", "IpAddress", "NotIpAddress",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
	"NumericGreaterThanEquals",
}

var notModelled = []string{"DateGreaterThan", "BinaryEquals"}

// generator generates the same cases from the same seed.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 2))} //nolint:gosec // The same cases every time.
}

func one[T any](g generator, items ...T) T { return items[g.IntN(len(items))] }

// chance returns true in n percent of the calls.
func (g generator) chance(n int) bool { return g.IntN(100) < n }

func (g generator) cases(n int) []simulation {
	all := make([]simulation, n)
	for i := range all {
		all[i] = g.simulation()
	}
	return all
}

func (g generator) simulation() simulation {
	var s simulation
	request, kind := one(g, requests...), g.IntN(10)
	s.Request.Principal, s.Request.Action = caller, request[0]
	s.Request.Resource.Resource, s.Request.Resource.AccountID = request[1], account
	s.Request.Context = map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(contexts)) {
		if g.chance(60) {
			s.Request.Context[g.flip(key, 20)] = one(g, contexts[key]...)
		}
	}
	s.Identity = []named{}
	switch {
	case kind < 6:
		for i := range 1 + g.IntN(3) {
			s.Identity = append(s.Identity, named{fmt.Sprintf("p%d", i), g.policy(s, false)})
		}
	case kind < 9:
		s.Identity = append(s.Identity, named{"p", g.policy(s, false)})
		s.Resource = g.policy(s, true)
	default:
		s.Request.Principal, s.Request.Action = "ecs-tasks.amazonaws.com", "sts:AssumeRole"
		s.Request.Resource.Resource = caller
		s.Resource = g.policy(s, true)
	}
	return s
}

func (g generator) policy(s simulation, ofResource bool) json.RawMessage {
	var statements []map[string]any
	for i := range 1 + g.IntN(3) {
		statements = append(statements, g.statement(s, fmt.Sprintf("S%d", i), ofResource))
	}
	policy := map[string]any{"Version": version, "Statement": statements}
	if len(statements) == 1 && g.chance(30) {
		policy["Statement"] = statements[0]
	}
	text, err := json.Marshal(policy)
	if err != nil {
		return nil // Every generated policy can be marshalled.
	}
	return text
}

func (g generator) statement(s simulation, sid string, ofResource bool) map[string]any {
	statement := map[string]any{"Sid": sid, "Effect": string(Allow)}
	if g.chance(25) {
		statement["Effect"] = string(Deny)
	}
	actions, resources := "Action", "Resource"
	if g.chance(12) {
		actions = "NotAction"
	}
	if g.chance(12) {
		resources = "NotResource"
	}
	statement[actions] = g.list(func() string { return g.action(s.Request.Action) })
	// A trust policy has no resources.
	if s.Request.Action != "sts:AssumeRole" {
		statement[resources] = g.list(func() string { return g.resource(s.Request.Resource.Resource) })
	}
	if ofResource {
		statement["Principal"] = g.principal(s.Request.Principal)
	}
	if conditions := g.conditions(s.Request.Context); len(conditions) > 0 {
		statement["Condition"] = conditions
	}
	return statement
}

// list returns one item, alone or in a list, or a list of two or three.
func (g generator) list(item func() string) any {
	if g.chance(40) {
		return item()
	}
	items := []string{item()}
	for range g.IntN(3) {
		items = append(items, item())
	}
	return items
}

func (g generator) action(action string) string {
	service, name, _ := strings.Cut(action, ":")
	return one(g, action, action, "*", service+":*", service+":"+g.wild(name), service+":"+g.wild(name), g.flip(action, 50),
		service+":"+name[:2]+"*", service+":"+name+"s", service+":?"+name[1:], "iam:"+name)
}

// resource returns a pattern similar to an ARN. The type of a resource ("key/") gets no wildcard, because AWS forbids
// it.
func (g generator) resource(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	i := 1 + g.IntN(4)
	typ, id := "", parts[5]
	if at := strings.IndexAny(id, "/:"); at >= 0 && parts[2] != "s3" {
		typ, id = id[:at+1], id[at+1:]
	}
	switch g.IntN(12) {
	case 0, 1:
		return "*"
	case 2, 3:
		return arn
	case 4:
		parts[i] = "*"
	case 5:
		parts[i] = g.wild(parts[i])
	case 6:
		id = g.wild(id)
	case 7:
		id = g.flip(id, 30)
	case 8:
		parts[i] += "x"
	case 9:
		id = id[:g.IntN(len(id))] + "*"
	case 10:
		// Fewer parts than an ARN has, or a wildcard that would have to match a colon.
		parts = parts[:2+g.IntN(4)]
		if g.chance(50) {
			parts[len(parts)-1] += "*"
		}
		return strings.Join(parts, ":")
	default:
		id = "*" + id[len(id)/2:]
	}
	parts[5] = typ + id
	return strings.Join(parts, ":")
}

func (g generator) principal(who string) any {
	if strings.HasSuffix(who, ".amazonaws.com") {
		return one[any](g, map[string]any{"Service": who}, map[string]any{"Service": []string{"ec2.amazonaws.com", who}},
			map[string]any{"Service": "ec2.amazonaws.com"}, map[string]any{"AWS": caller})
	}
	return one[any](g, "*", map[string]any{"AWS": "*"}, map[string]any{"AWS": who}, map[string]any{"AWS": account},
		map[string]any{"AWS": "arn:aws:iam::" + account + ":root"}, map[string]any{"AWS": []string{who + "x", who}},
		map[string]any{"AWS": "arn:aws:iam::210987654321:root"}, map[string]any{"AWS": who + "x"},
		map[string]any{"Service": "ecs-tasks.amazonaws.com"})
}

func (g generator) conditions(context map[string]string) map[string]map[string]any {
	conditions := map[string]map[string]any{}
	for range g.IntN(3) {
		operator := one(g, modelled...)
		if g.chance(2) {
			operator = one(g, notModelled...)
		}
		if g.chance(25) && operator != "Null" {
			operator += "IfExists"
		}
		keys := map[string]any{}
		for range 1 + g.IntN(2) {
			key := one(g, slices.Sorted(maps.Keys(contexts))...)
			if strings.HasPrefix(operator, "Arn") && g.chance(95) {
				key = one(g, "aws:SourceArn", "ecs:cluster")
			}
			if special := special(operator); special != "" {
				key = special
			}
			keys[g.flip(key, 10)] = g.list(func() string { return g.value(operator, key, context) })
		}
		conditions[operator] = keys
	}
	return conditions
}

// special is the key that an operator is meant for, or "".
func special(operator string) string {
	switch {
	case strings.Contains(operator, "IpAddress"):
		return "aws:SourceIp"
	case strings.HasPrefix(operator, "Numeric"):
		return "s3:max-keys"
	}
	return ""
}

// value is near to what the request has: the same, with wildcards, in other letters, of another request, a variable.
func (g generator) value(operator, key string, context map[string]string) string {
	value := one(g, contexts[key]...)
	for given, got := range context {
		if strings.EqualFold(given, key) && g.chance(70) {
			value = got
		}
	}
	switch {
	case strings.Contains(operator, "IpAddress"):
		return one(g, "10.0.0.0/16", "10.0.3.7", "10.0.3.7/32", "10.0.0.0/8", "192.168.0.0/24")
	case strings.HasPrefix(operator, "Numeric"):
		return one(g, "10", "9", "10.0", "-1")
	case operator == "Null":
		return one(g, "true", "false")
	case strings.HasPrefix(operator, "Bool"):
		value = one(g, "true", "false", g.flip("true", 50))
	}
	if g.chance(1) {
		return value + "${aws:username}"
	}
	// The prefix arn: stays as it is.
	head, tail := "", value
	if strings.HasPrefix(value, "arn:") {
		head, tail = "arn:", value[4:]
	}
	// "*" is not an ARN.
	all := "*"
	if strings.HasPrefix(operator, "Arn") && g.chance(95) {
		all = "arn:*:*:*:*:*"
	}
	return one(g, value, value, head+g.wild(tail), head+g.flip(tail, 30), value+"x", all)
}

// wild replaces one to three characters by wildcards.
func (g generator) wild(text string) string {
	if text == "" {
		return "*"
	}
	i := g.IntN(len(text))
	return text[:i] + one(g, "?", "*", "**", "*?") + text[min(len(text), i+1+g.IntN(3)):]
}

// flip changes the case of n percent of the letters.
func (g generator) flip(text string, n int) string {
	return strings.Map(func(r rune) rune {
		switch {
		case !g.chance(n):
			return r
		case unicode.IsUpper(r):
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, text)
}
