package awsx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Strategies and types of subnets, as in the schema of awsx 2.22.
const (
	legacy = "Legacy"
	auto   = "Auto"
	exact  = "Exact"

	public   = "Public"
	private  = "Private"
	isolated = "Isolated"
	unused   = "Unused"
)

// subnet is one subnet of the layout.
type subnet struct {
	name, kind, zone string
	block            block
	tags             pulumi.StringMapInput
}

// network is the network that a layout divides.
type network struct {
	name  string
	block block
	zones []string
	// zoneBits is the prefix length of each zone's part. 0 divides the network evenly.
	zoneBits int
}

func (n network) subnet(spec subnetSpec, zone int, b block) subnet {
	label := strings.ToLower(spec.Type)
	if spec.Name != nil {
		label = *spec.Name
	}
	return subnet{
		name: fmt.Sprintf("%s-%s-%d", n.name, label, zone+1), kind: spec.Type, zone: n.zones[zone], block: b, tags: spec.Tags,
	}
}

// layout allocates the subnets with the allocator that the real package chooses. Without specs, Exact is laid out as
// Legacy. Legacy ignores explicit blocks.
func (n network) layout(strategy string, specs []subnetSpec) ([]subnet, error) {
	switch {
	case strategy == legacy, specs == nil && strategy != auto:
		return n.legacy(specs)
	case explicit(specs):
		return n.explicit(specs)
	default:
		return n.even(specs)
	}
}

// explicit uses the blocks that the specs list per zone.
func (n network) explicit(specs []subnetSpec) ([]subnet, error) {
	var out []subnet
	for zone := range n.zones {
		for _, spec := range specs {
			b, err := parseBlock(spec.CidrBlocks[zone])
			if err != nil {
				return nil, err
			}
			out = append(out, n.subnet(spec, zone, b))
		}
	}
	return out, nil
}

// even gives each zone a range of the same size, and places the specs in it in their order.
func (n network) even(specs []subnetSpec) ([]subnet, error) {
	zoneBits := n.zoneBits
	if zoneBits == 0 {
		zoneBits = n.block.bits + bitsFor(len(n.zones))
	}
	if specs == nil {
		if zoneBits > 26 {
			return nil, fmt.Errorf("Automatic subnet creation requires a VPC with at least /26 available per AZ, "+
				"but only /%d is available.If you do need very small subnets, please specify them explicitly.", zoneBits)
		}
		widest := max(zoneBits, 16)
		specs = []subnetSpec{{Type: private, CidrMask: new(widest + 1)}, {Type: public, CidrMask: new(widest + 2)}}
	}
	if len(specs) == 0 {
		return nil, errors.New("No subnets specified")
	}
	even, total := zoneBits+bitsFor(len(specs)), 0
	for _, spec := range specs {
		total += block{0, spec.mask(even)}.size()
	}
	zone := block{n.block.first(), zoneBits}
	if total > zone.size() {
		return nil, fmt.Errorf("Subnets are too large for VPC. VPC has %d addresses, but subnets require %d addresses.",
			zone.size(), total)
	}
	var out []subnet
	for i := range n.zones {
		current := block{zone.first(), specs[0].mask(even)}
		for j, spec := range specs {
			if j > 0 {
				current = current.after(spec.mask(even))
			}
			out = append(out, n.subnet(spec, i, current))
		}
		zone = zone.next()
	}
	return out, nil
}
