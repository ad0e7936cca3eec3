// A mutation whose expected failures are data, and whose new member joins the lists on the screen by itself.
import { graphql } from 'react-relay';

export const applyForMembershipMutation = graphql`
  mutation ApplyForMembershipMutation($input: ApplyForMembershipInput!, $connections: [ID!]!) {
    applyForMembership(input: $input) {
      member @appendNode(connections: $connections, edgeTypeName: "MemberEdge") {
        id
        standing
        ...MemberCard_member
      }
      errors {
        code
        message
        path
      }
    }
  }
`;
