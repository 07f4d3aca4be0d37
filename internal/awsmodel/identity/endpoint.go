package identity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Passes answers whether the policy of a VPC endpoint lets the request of a role through, or of anyone ("*").
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func Passes(endpoint *graph.Resource, account, principal, action, resource string) awsmodel.Answer {
	what := fmt.Sprintf("%s lets %s on %s through", endpoint.ID, action, resource)
	policy := endpoint.Text("policy")
	if policy == "" {
		return awsmodel.Answer{}.Prove(what, "it has no policy")
	}
	document, err := iampolicy.Parse(policy)
	if err != nil {
		return awsmodel.Answer{}.Doubt(what, err.Error())
	}
	request := iampolicy.Request{Principal: principal, Action: action, Resource: resource}
	if principal != "*" {
		request.Context = map[string]string{"aws:PrincipalAccount": account}
		include(document, account, principal)
	}
	return weigh(what, request, []Policy{{ID: endpoint.ID}}, []iampolicy.Document{document})
}

// include adds a role to the principals that are its whole account: an endpoint's policy leaves nothing to others.
func include(document iampolicy.Document, account, role string) {
	for _, statement := range document.Statements {
		named := slices.ContainsFunc(statement.Principals["AWS"], func(who string) bool {
			return who == account || strings.HasSuffix(who, "::"+account+":root")
		})
		if named {
			statement.Principals["AWS"] = append(statement.Principals["AWS"], role)
		}
	}
}
