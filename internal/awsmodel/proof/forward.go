package proof

import (
	"path"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
)

// forwarded answers whether a load balancer sends on to Live Beats what browsers send: every path, under PHX_HOST. A
// default action does. The conditions of a rule may leave requests out.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
func (s *service) forwarded(b balancer) awsmodel.Answer {
	var answer awsmodel.Answer
	group := b.container.Text("targetGroupArn")
	if !liveBeats(s.app()) || slices.ContainsFunc(b.listeners, func(l *graph.Resource) bool {
		return readiness.Forwards(l.Objects("defaultActions"), group)
	}) {
		return answer
	}
	for _, rule := range s.Graph.List(graph.ListenerRule, s.Region) {
		if !readiness.Forwards(rule.Objects("actions"), group) {
			continue
		}
		if answer = s.matches(rule); answer.OK() {
			return answer
		}
	}
	return answer
}

// matches answers whether a rule's conditions let every request of a browser through.
func (s *service) matches(rule *graph.Resource) awsmodel.Answer {
	var answer awsmodel.Answer
	host, what := strings.ToLower(setting(s.app(), "PHX_HOST")), "listener rule "+rule.ID+" forwards what browsers send"
	for _, condition := range rule.Objects("conditions") {
		paths, hosts := condition.Object("pathPattern").Strings("values"), condition.Object("hostHeader").Strings("values")
		switch {
		case paths != nil && !slices.Contains(paths, "/*") && !slices.Contains(paths, "*"):
			return answer.Refute(what, "it forwards only the paths "+strings.Join(paths, ", ")).
				WithSymptom("browsers get the answer of the listener's default action")
		case hosts != nil && host != "" && !slices.ContainsFunc(hosts, func(pattern string) bool {
			matched, err := path.Match(strings.ToLower(pattern), host)
			return err == nil && matched
		}):
			return answer.Refute(what, "it forwards only the hosts "+strings.Join(hosts, ", ")+", not PHX_HOST "+host).
				WithSymptom("browsers get the answer of the listener's default action")
		case paths == nil && (hosts == nil || host == ""):
			return answer.Doubt(what, "it has a condition on something else than path and host")
		}
	}
	return answer.Prove(what, "its conditions leave out no path, and not PHX_HOST")
}
