package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/recorded"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// resolve replaces the unknown values in a resource's references by the ids or symbols of the resources that they refer
// to.
func (r *reader) resolve(e *entry) {
	if e.fact == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e.node.Props)) {
		if p := e.fact.Inputs[name]; p != nil {
			e.node.Props[name] = r.value(e, name, name, p, e.node.Props[name])
		}
	}
}

// value resolves one property, at any depth. top is the outermost property, for which the engine records dependencies.
func (r *reader) value(e *entry, top, path string, p *facts.Property, v any) any {
	switch v := v.(type) {
	case graph.Unknown:
		return r.unknown(e, top, path, p)
	case []any:
		return r.items(e, top, path, p, v)
	case map[string]any:
		object := maps.Clone(v)
		for name, item := range object {
			if child := p.Properties[name]; child != nil {
				object[name] = r.value(e, top, path+"."+name, child, item)
			}
		}
		return object
	}
	return v
}

// items resolves a list of a known length. If the number of its unknown items equals the number of resources that the
// property depends on, the items are these resources; else they stay unknown.
func (r *reader) items(e *entry, top, path string, p *facts.Property, list []any) []any {
	isUnknown := func(v any) bool { _, unknown := v.(graph.Unknown); return unknown }
	var found []string
	if p.Ref != nil && slices.ContainsFunc(list, isUnknown) {
		found = r.candidates(e, top, p.Ref)
	}
	items := make([]any, len(list))
	for i, item := range list {
		switch {
		case isUnknown(item) && len(found) == count(list, isUnknown):
			items[i] = found[count(list[:i], isUnknown)]
		case isUnknown(item):
			items[i] = r.lost(e, path)
		default:
			items[i] = r.value(e, top, path, p, item)
		}
	}
	return items
}

func count(list []any, match func(any) bool) (n int) {
	for _, item := range list {
		if match(item) {
			n++
		}
	}
	return n
}

// unknown returns what an unknown value refers to, or Unknown.
func (r *reader) unknown(e *entry, top, path string, p *facts.Property) any {
	if p.Ref == nil {
		return graph.Unknown{}
	}
	found := r.candidates(e, top, p.Ref)
	switch i, numbered := e.number(); {
	case p.Type == facts.Strings && len(found) > 0:
		return anys(found)
	case len(found) == 1:
		return found[0]
	case numbered && i < len(found):
		return found[i] // There is one resource for each, as one mount target for each subnet.
	}
	return r.lost(e, path)
}

// lost records a reference that stays unknown, if a check may depend on it.
func (r *reader) lost(e *entry, path string) any {
	if !slices.ContainsFunc(observers, func(service string) bool { return strings.HasPrefix(e.Type, service) }) {
		r.unresolved = append(r.unresolved, fmt.Sprintf("%s: %s", e.symbol(), path))
	}
	return graph.Unknown{}
}

// observers are the prefixes of the types on which no path and no permission depends.
var observers = []string{"aws:cloudwatch/", "aws:sns/", "aws:appautoscaling/", "aws:budgets/"}

// candidates returns the ids of the resources that a property may refer to, from the property's dependencies.
func (r *reader) candidates(e *entry, property string, ref *facts.Ref) []string {
	var ids []string
	for _, urn := range slices.Sorted(slices.Values(e.Dependencies[property])) {
		d := r.byURN[urn]
		switch {
		case d == nil:
		case d.Type == ref.Type:
			ids = append(ids, d.referencedAs(ref))
		case d.Type == vpcComponent:
			ids = append(ids, r.within(d, e.Type, ref.Type)...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// referencedAs returns the value by which a reference refers to the resource.
func (e *entry) referencedAs(ref *facts.Ref) string {
	if len(ref.By) == 0 {
		return e.node.ID
	}
	return e.node.Text(ref.By[0])
}

// number returns the number, from 0, at the end of a resource's name; ok is false if the name does not end with one.
func (e *entry) number() (n int, ok bool) {
	name := Name(e.URN)
	n, err := strconv.Atoi(name[strings.LastIndex(name, "-")+1:])
	return n, err == nil
}

// vpcComponent is the type of awsx's network. For an output of the network, the Go SDK records only the network itself
// as the dependency, not the resource behind the output.
const vpcComponent = "awsx:ec2:Vpc"

// within returns the ids of the resources of a type inside awsx's network that a consumer refers to: the VPC, or the
// subnets or route tables of one kind. The parent component of the network records which kind serves which purpose.
func (r *reader) within(network *entry, consumer, typ string) []string {
	kind := ""
	if owner := r.byURN[network.Parent]; owner != nil {
		kind = owner.Properties.Object(recorded.SubnetTypes).Text(purpose(consumer))
	}
	var ids []string
	for _, e := range r.entries {
		switch {
		case !strings.HasPrefix(e.URN, childPrefix(network.URN)):
		case e.Type != typ:
		case typ == graph.Vpc, typ == graph.Subnet && e.subnetType() == kind, typ == graph.RouteTable && r.tableOf(e, kind):
			ids = append(ids, e.node.ID)
		}
	}
	return ids
}

func purpose(consumer string) string {
	switch consumer {
	case graph.LoadBalancer:
		return recorded.ForLoadBalancer
	case graph.DatabaseNet:
		return recorded.ForDatabase
	}
	return recorded.ForTasks
}

// childPrefix returns the prefix of the URNs of a component's descendants.
func childPrefix(urn string) string { return urn[:strings.LastIndex(urn, "::")] + "$" }

// subnetType returns the kind of a subnet, from the tag that awsx sets.
func (e *entry) subnetType() string { return e.Properties.Object("tags").Text("SubnetType") }

// tableOf reports whether awsx's route table belongs to a subnet of a kind. The subnet is the table's parent.
func (r *reader) tableOf(table *entry, kind string) bool {
	subnet := r.byURN[table.Parent]
	return subnet != nil && subnet.subnetType() == kind
}

// document fills in documents that are unknown as a whole, from the texts that their component has recorded.
func (r *reader) document(e *entry) {
	owner := r.byURN[e.Parent]
	if owner == nil || e.fact == nil {
		return
	}
	for property, text := range owner.Properties.Object(recorded.Documents).Object(Name(e.URN)) {
		text, isText := text.(string)
		if _, unknown := e.node.Props[property].(graph.Unknown); !unknown || !isText {
			continue
		}
		if text, ok := r.fill(text); ok {
			e.node.Props[property] = text
		}
	}
}

// fill replaces the placeholders of a document by symbols; ok is false if a placeholder names no resource.
func (r *reader) fill(document string) (text string, ok bool) {
	ok = true
	text = recorded.Placeholders.ReplaceAllStringFunc(document, func(match string) string {
		urn := recorded.Placeholders.FindStringSubmatch(match)[1]
		i := slices.IndexFunc(r.entries, func(d *entry) bool { return strings.EqualFold(d.URN, urn) })
		if i < 0 {
			ok = false
			return match
		}
		return r.entries[i].symbol()
	})
	return text, ok
}

func anys(texts []string) []any {
	items := make([]any, len(texts))
	for i, text := range texts {
		items[i] = text
	}
	return items
}
