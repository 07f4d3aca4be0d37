// Package plan builds a graph of AWS resources from a stack's resources in Pulumi's engine, at preview or in an
// exported state.
//
// At preview the ids of new resources are unknown. A new resource is identified by a symbol, such as
// "security group live-beats-staging-service", which stands for its id, its ARN and every other value that AWS will
// generate. References to it are found through the dependencies that the engine records for each property.
package plan

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/recorded"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// Resource is one resource as the engine provides it.
type Resource struct {
	URN    string `json:"urn"`
	Type   string `json:"type"`
	Parent string `json:"parent,omitempty"`
	Region string `json:"region,omitempty"` // The region of its provider.
	// Properties are the outputs as JSON values; at preview, unknown values are graph.Unknown. For AWS resources they
	// include the id.
	Properties graph.Props `json:"properties"`
	// Secrets are the names of the properties that contain secrets.
	Secrets []string `json:"-"`
	// InState: the properties are all that a provider has written into a state. At preview a missing one is not set.
	InState bool `json:"-"`
	// Dependencies are the URNs behind each property.
	Dependencies map[string][]string `json:"dependencies,omitempty"`
	// DependsOn are the URNs of what is created before the resource. It is nil where that is not known.
	DependsOn []string `json:"dependsOn"`
}

// Stack holds a stack's AWS resources.
type Stack struct {
	Graph *graph.Graph
	// Account and Partition are empty if no ARN is known yet.
	Account, Partition string
	// Unresolved lists the references to other resources that are not known: "TYPE NAME: property".
	Unresolved []string
	// Unread lists AWS resources that the model does not read.
	Unread []graph.Unread

	urns map[*graph.Resource]string
}

// URN returns the engine's name of a resource; "" if the stack does not own the resource.
func (s *Stack) URN(r *graph.Resource) string { return s.urns[r] }

// Name returns the last part of a URN, which is the resource's name in the program.
func Name(urn string) string { return urn[strings.LastIndex(urn, "::")+2:] }

// Read builds a graph from a stack's resources.
func Read(resources []Resource) (*Stack, error) {
	table, err := facts.Load()
	if err != nil {
		return nil, err
	}
	// The engine's order is not fixed, so that the resources are sorted by URN.
	resources = slices.SortedFunc(slices.Values(resources), func(a, b Resource) int { return cmp.Compare(a.URN, b.URN) })
	r := &reader{table: table, byURN: map[string]*entry{}}
	region := commonRegion(resources)
	for _, resource := range resources {
		resource.Region = cmp.Or(resource.Region, awsmodel.RegionOf(resource.Properties.Text("arn")), region)
		r.add(resource)
	}
	for _, e := range r.entries {
		e.complete()
	}
	for _, e := range r.entries {
		r.document(e)
		r.resolve(e)
	}
	r.order()
	return r.stack(), nil
}

// entry is a resource on its way into the graph.
type entry struct {
	Resource
	fact *facts.Type // nil for components, and for types that are not modelled.
	node *graph.Resource
}

type reader struct {
	table      facts.Table
	entries    []*entry
	byURN      map[string]*entry
	unresolved []string
}

func (r *reader) add(resource Resource) {
	resource.Type = canonical(resource.Type)
	e := &entry{Resource: resource, fact: r.table[resource.Type]}
	props := graph.Props{}
	for name, value := range resource.Properties {
		if e.known(name, value) {
			props[name] = value
		}
	}
	e.node = &graph.Resource{Type: modelled(resource.Type), Region: e.region(), Props: props}
	e.node.ID = e.id()
	r.entries = append(r.entries, e)
	r.byURN[resource.URN] = e
}

// known reports whether to keep a property. It leaves out secrets, and unknown values that the program did not set and
// AWS will generate.
func (e *entry) known(name string, value any) bool {
	if e.fact != nil {
		if p := e.fact.Property(name); p != nil && p.Secret {
			return false
		}
	}
	_, unknown := value.(graph.Unknown)
	return !unknown || len(e.Dependencies[name]) > 0
}

func (e *entry) region() string {
	if e.fact != nil && e.fact.Global || strings.HasPrefix(e.Type, "aws:iam/") {
		return ""
	}
	return e.Region
}

// symbol returns the text that stands for values that AWS will generate.
func (e *entry) symbol() string {
	_, short, _ := strings.Cut(e.Type, "/")
	short, _, _ = strings.Cut(short, ":")
	// In lower case, as it may stand for a host name.
	words := capital.ReplaceAllStringFunc(short, func(c string) string { return " " + strings.ToLower(c) })
	return words + " " + Name(e.URN)
}

var capital = regexp.MustCompile(`[A-Z]`)

// id returns the resource's id. If the id is not known yet, it returns the property that the id will be equal to, else
// the symbol.
func (e *entry) id() string {
	if id := e.node.Text("id"); id != "" {
		return id
	}
	if e.fact != nil && strings.HasPrefix(e.fact.ID, "{") && strings.HasSuffix(e.fact.ID, "}") {
		if text := e.node.Text(strings.Trim(e.fact.ID, "{}")); text != "" {
			return text
		}
	}
	return e.symbol()
}

func (r *reader) stack() *Stack {
	s := &Stack{urns: map[*graph.Resource]string{}, Unresolved: r.unresolved}
	var nodes []*graph.Resource
	for _, e := range r.entries {
		nodes = append(nodes, existing(e)...)
		if e.fact == nil && !graph.Reads(e.node.Type) {
			if strings.HasPrefix(e.Type, "aws:") {
				s.Unread = append(s.Unread, graph.Unread{Type: e.Type, Name: Name(e.URN)})
			}
			continue
		}
		nodes = append(nodes, e.node)
		for _, property := range graph.Needs[e.node.Type] {
			if _, told := e.Properties[property]; e.InState && !told {
				s.Unread = append(s.Unread, graph.Unread{Type: e.node.Type, Name: Name(e.URN), Lacks: property})
			}
		}
		s.urns[e.node] = e.URN
		nodes = append(nodes, r.names(e)...)
	}
	s.Graph = graph.New(nodes...)
	s.Account, s.Partition = owner(r.entries)
	return s
}

// complete sets the outputs that AWS will generate to the symbol, so that they are equal to references to them.
func (e *entry) complete() {
	if e.fact == nil {
		return
	}
	for name := range e.fact.Outputs {
		_, unknown := e.Properties[name].(graph.Unknown)
		if unknown && !e.fact.Outputs[name].Secret {
			e.node.Props[name] = e.symbol()
		}
	}
}

// existing returns the resources outside of the stack that a program has looked up and recorded.
func existing(e *entry) []*graph.Resource {
	var found []*graph.Resource
	for _, o := range e.Properties.Objects(recorded.Existing) {
		found = append(found, &graph.Resource{
			Type: o.Text("type"), Region: o.Text("region"), ID: o.Text("id"), Props: o.Object("properties"),
		})
	}
	return found
}

// names returns the databases that the value of a parameter names: the databases that the value depends on.
func (r *reader) names(e *entry) []*graph.Resource {
	if e.Type != graph.Parameter {
		return nil
	}
	var addresses []any
	for _, urn := range e.Dependencies["value"] {
		if d := r.byURN[urn]; d != nil && d.Type == graph.Database {
			addresses = append(addresses, d.node.Text("address"))
		}
	}
	return []*graph.Resource{{
		Type: graph.ParameterNames, Region: e.Region, ID: e.node.ID, Props: graph.Props{"addresses": addresses},
	}}
}

// owner returns the stack's account and partition, from an ARN or from the recorded account.
func owner(entries []*entry) (account, partition string) {
	for _, e := range entries {
		if parsed, err := arn.Parse(e.Properties.Text("arn")); err == nil && awsmodel.AccountID.Valid(parsed.AccountID) {
			return parsed.AccountID, parsed.Partition
		}
	}
	for _, e := range entries {
		account := e.Properties.Object(recorded.Account)
		if id := account.Text("id"); id != "" {
			return id, account.Text("partition")
		}
	}
	return "", ""
}

// canonical is the token of a type that has several: the load balancer's have had other modules.
func canonical(typ string) string {
	for _, module := range []string{"aws:alb/", "aws:elasticloadbalancingv2/", "aws:applicationloadbalancing/"} {
		if rest, ok := strings.CutPrefix(typ, module); ok {
			return "aws:lb/" + rest
		}
	}
	return typ
}

// modelled is the type under which the model reads a resource: what AWS made by default and a program manages is read
// as what it is.
func modelled(typ string) string {
	switch typ {
	case "aws:ec2/defaultVpc:DefaultVpc":
		return graph.Vpc
	case "aws:ec2/defaultSubnet:DefaultSubnet":
		return graph.Subnet
	case "aws:ec2/defaultRouteTable:DefaultRouteTable":
		return graph.RouteTable
	}
	return typ
}

// commonRegion is the region of most ARNs, for states whose provider takes its region from the environment.
func commonRegion(resources []Resource) string {
	counts := map[string]int{}
	for _, resource := range resources {
		counts[awsmodel.RegionOf(resource.Properties.Text("arn"))]++
	}
	delete(counts, "")
	most := ""
	for _, region := range slices.Sorted(maps.Keys(counts)) {
		if most == "" || counts[region] > counts[most] {
			most = region
		}
	}
	return most
}

// Owned lists the stack's own resources of a type.
func (s *Stack) Owned(typ string) []*graph.Resource {
	var owned []*graph.Resource
	for _, r := range s.Graph.All(typ) {
		if s.urns[r] != "" {
			owned = append(owned, r)
		}
	}
	return owned
}
