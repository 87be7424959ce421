from . import service_demo
from . import offer_demo
from . import contract_demo
from . import service_documents_demo
from . import service_papers_demo
from . import price_rule_demo
from . import dispatch_demo
from . import assignment_demo
