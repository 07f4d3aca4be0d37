package identity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Closed answers whether only AWS services and principals of the account can assume a role. account is empty if it is
// not known. A statement with conditions may let strangers in or not: that is undecided.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func Closed(role *graph.Resource, account string) awsmodel.Answer {
	var answer awsmodel.Answer
	what := "strangers cannot assume role " + role.ID
	text, known := role.Props["assumeRolePolicy"].(string)
	if !known {
		return answer.Doubt(what, "its trust policy is not known")
	}
	document, err := iampolicy.Parse(text)
	if err != nil {
		return answer.Doubt(what, err.Error())
	}
	doubt := ""
	for i, s := range document.Statements {
		if s.Effect != iampolicy.Allow || !assumes(s) {
			continue
		}
		who, sure := stranger(s, account)
		switch statement := fmt.Sprintf("statement %d %q", i+1, s.Sid); {
		case who == "":
		case sure && s.Conditions == nil && !slices.ContainsFunc(document.Statements, denies):
			return answer.Refute(what, statement+" of its trust policy lets in "+who).
				WithSymptom("they get every permission of the role")
		default:
			doubt = statement + " of its trust policy may let in " + who
		}
	}
	if doubt != "" {
		return answer.Doubt(what, doubt)
	}
	return answer.Prove(what, "its trust policy names only services and principals of the account")
}

func denies(s iampolicy.Statement) bool { return s.Effect == iampolicy.Deny }

// assumes reports whether a statement is about a way of assuming a role.
func assumes(s iampolicy.Statement) bool {
	return s.NotActions != nil || slices.ContainsFunc(s.Actions, func(action string) bool {
		action = strings.ToLower(action)
		return strings.HasPrefix(action, "sts:assumerole") || strings.ContainsAny(action, "*?")
	})
}

// stranger returns a principal from outside of the account that a statement names, or "". sure is false if only its
// conditions, or the unknown account, decide.
func stranger(s iampolicy.Statement, account string) (who string, sure bool) {
	if s.NotPrincipal {
		return "everyone but a few (NotPrincipal)", true
	}
	for _, member := range s.Principals["AWS"] {
		of := member
		if parsed, err := arn.Parse(member); err == nil {
			of = parsed.AccountID
		}
		switch {
		case member == "*":
			return "everyone", true
		case account == "" && of != "":
			return "account " + of, false
		case of != account && len(of) == len("123456789012"):
			return "account " + of, true
		}
	}
	for _, provider := range s.Principals["Federated"] {
		return "every user of " + provider, true
	}
	return "", false
}
