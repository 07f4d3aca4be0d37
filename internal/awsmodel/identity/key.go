package identity

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/iampolicy"
)

// Admits answers whether a KMS key's own policy lets a role that may use the key do so: it names the role, or leaves it
// to the policies of its account. A key whose policy is not known is the default one's, which does.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
func Admits(
	key *graph.Resource, partition, account, role, action string, context map[string]string,
) awsmodel.Answer {
	what := fmt.Sprintf("policy of key %s lets %s %s", key.ID, role, action)
	policy := Policy{ID: key.ID, Document: key.Text("policy")}
	if policy.Document == "" {
		return awsmodel.Answer{}.Prove(what, "the default policy")
	}
	request := iampolicy.Request{Principal: role, Action: action, Resource: key.Text("arn"), Context: context}
	answer := decide(what, request, policy)
	if len(answer.Hops) > 0 && answer.Hops[len(answer.Hops)-1].By != implicit {
		return answer
	}
	request.Principal = fmt.Sprintf("arn:%s:iam::%s:root", partition, account)
	return decide(what, request, policy)
}
