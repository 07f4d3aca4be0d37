package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// statuses maps paths to the HTTP statuses that Live Beats answers without a session.
var statuses = map[string]int{"/signin": 200, "/": 302}

// liveBeats reports whether a container runs Live Beats, whose behaviour this package models.
func liveBeats(c taskdef.Container) bool {
	return strings.Contains(strings.Join(c.Command, " "), "/app/bin/") || names(c, "LIVE_BEATS_GITHUB_CLIENT_ID")
}

func names(c taskdef.Container, variable string) bool {
	return slices.ContainsFunc(c.Environment, func(v taskdef.Variable) bool { return v.Name == variable }) ||
		slices.ContainsFunc(c.Secrets, func(s taskdef.Secret) bool { return s.Name == variable })
}

func setting(c taskdef.Container, variable string) string {
	i := slices.IndexFunc(c.Environment, func(v taskdef.Variable) bool { return v.Name == variable })
	if i < 0 {
		return ""
	}
	return c.Environment[i].Value
}

// portOf is where a container listens, as far as that is known: where PORT says, and Live Beats on its own port.
func portOf(c taskdef.Container) (port int, known bool) {
	if port, err := strconv.Atoi(setting(c, "PORT")); err == nil {
		return port, true
	}
	return livebeats.Port, liveBeats(c) && !names(c, "PORT")
}

// boots answers whether every container of the application has the variables that it reads on boot, and its release.
func (s *service) boots() awsmodel.Answer {
	var answer awsmodel.Answer
	for _, c := range s.tasks[0].Containers {
		if !liveBeats(c) {
			continue
		}
		what := "container " + c.Name + " has what it reads on boot"
		lacks := livebeats.Lacks(func(name string) bool { return names(c, name) })
		switch hides := hidden(c); {
		case hides != "":
			return answer.Refute(what, "a volume at "+hides+" hides it").
				WithSymptom("CannotStartContainerError: exec /app/bin/server: no such file or directory")
		case reference(c) != "":
			return answer.Refute(what, reference(c)+" is the ARN of a secret as plain text, not its value").
				WithSymptom("the app uses the ARN itself as the value")
		case len(lacks) > 0 && len(c.EnvironmentFiles) > 0:
			return answer.Doubt(what, "what is in its environmentFiles is not known")
		case len(lacks) > 0:
			first, _, _ := strings.Cut(lacks[0], " or ")
			return answer.Refute(what, lacks[0]+" is not set").WithSymptom(fmt.Sprintf(
				"** (System.EnvError) could not fetch environment variable %q because it is not set", first))
		}
		answer = answer.Prove(what, "its environment")
	}
	return answer
}

// reference returns the first variable whose plain value is a reference to a secret. ECS resolves references only in
// secrets, and the app itself resolves none.
func reference(c taskdef.Container) string {
	for _, v := range c.Environment {
		parsed, err := arn.Parse(v.Value)
		if err == nil && livebeats.ReadsSecret(v.Name) && (parsed.Service == "ssm" || parsed.Service == "secretsmanager") {
			return v.Name
		}
	}
	return ""
}

// hidden returns the path of a volume that hides the app's release, or the system that it runs on.
func hidden(c taskdef.Container) string {
	for _, m := range c.MountPoints {
		if awsmodel.HidesSystem(m.ContainerPath) {
			return m.ContainerPath
		}
	}
	return ""
}

// healthy answers whether the application answers the health check as expected.
func (s *service) healthy() awsmodel.Answer {
	var answer awsmodel.Answer
	for _, b := range s.balancers {
		check := b.group.Object("healthCheck")
		matcher := check.Text("matcher")
		what := fmt.Sprintf("GET %s answers %s", check.Text("path"), matcher)
		status, known := statuses[check.Text("path")]
		switch {
		case !liveBeats(s.app()):
			return answer.Doubt(what, "what the image answers there is not known")
		case check.Text("protocol") == "HTTPS" || b.group.Text("protocol") == "HTTPS":
			return answer.Refute(what, "the app does not speak TLS").WithSymptom("Health checks failed")
		case b.group.Text("protocolVersion") != "" && b.group.Text("protocolVersion") != "HTTP1":
			return answer.Refute(what, "LiveView's websockets need HTTP/1.1, not "+b.group.Text("protocolVersion")).
				WithSymptom("Health checks failed")
		case !known:
			return answer.Doubt(what, "what Live Beats answers there is not known")
		case !awsmodel.MatchesStatus(matcher, status):
			return answer.Refute(what, fmt.Sprintf("Live Beats answers %d", status)).
				WithSymptom(fmt.Sprintf("Health checks failed with these codes: [%d]", status))
		}
		answer = answer.Prove(what, "Live Beats does")
		if port, err := strconv.Atoi(check.Text("port")); err == nil && port != b.container.Int("containerPort") {
			return answer.Refute(fmt.Sprintf("the app listens on %d", port), "it is the health check's port alone").
				WithSymptom("Health checks failed")
		}
	}
	return answer
}

// host answers whether PHX_HOST equals the host in the browser's Origin header. Phoenix's comparison is case-sensitive.
func (s *service) host() awsmodel.Answer {
	host, what := setting(s.app(), "PHX_HOST"), "PHX_HOST "+setting(s.app(), "PHX_HOST")
	var answer awsmodel.Answer
	const refused = "Could not check origin for Phoenix.Socket transport"
	switch {
	case len(s.balancers) == 0 || !liveBeats(s.app()):
		return answer
	case host == "":
		return answer.Refute("PHX_HOST", "is not set").WithSymptom(refused)
	case strings.ContainsAny(host, "/:"):
		return answer.Refute(what, "must be a host name without scheme, port and path").WithSymptom(refused)
	}
	for _, b := range s.balancers {
		if name := b.Text("dnsName"); strings.EqualFold(host, name) {
			if host != strings.ToLower(host) {
				return answer.Refute(what, "has capital letters, which browsers do not send").WithSymptom(refused)
			}
			return answer.Prove(what, "the load balancer's name in lower case")
		}
	}
	switch {
	case host != strings.ToLower(host):
		return answer.Refute(what, "has capital letters, which browsers do not send").WithSymptom(refused)
	case strings.HasSuffix(host, ".elb.amazonaws.com"):
		return answer.Refute(what, "is the name of another load balancer").WithSymptom(refused)
	}
	return answer.Prove(what, "your own host name: point it to the load balancer (output dnsRecords)")
}
