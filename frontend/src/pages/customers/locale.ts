import { defineWords } from '@/app/i18n'

export const customersWords = defineWords({
  'zh-CN': {
    title: '客户',
    search: '姓名或电话号码',
    add: '新客户',
    'col.name': '姓名',
    'col.phones': '电话',
    'col.company': '公司',
    'col.owner': '归属人',
    'col.notes': '备注',
    'col.updated': '最近修改',
    'empty.title': '还没有客户',
    'empty.hint': '客户来电时会自动弹出新客户表单；也可以现在手工录入。',
  },
  en: {
    title: 'Customers',
    search: 'Name or phone number',
    add: 'New customer',
    'col.name': 'Name',
    'col.phones': 'Phones',
    'col.company': 'Company',
    'col.owner': 'Owner',
    'col.notes': 'Notes',
    'col.updated': 'Changed',
    'empty.title': 'No customers yet',
    'empty.hint': 'When an unknown number calls, a form for a new customer opens by itself; or enter one now.',
  },
})
